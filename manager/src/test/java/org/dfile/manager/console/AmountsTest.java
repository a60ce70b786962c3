package org.dfile.manager.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AmountsTest {

    @ParameterizedTest
    @CsvSource({
        "0,0 B",
        "1023,1023 B",
        "1024,1.0 KiB",
        "1048575,1.0 MiB",
        "1048576,1.0 MiB",
        "1288490189,1.2 GiB",
        "9223372036854775807,8.0 EiB"
    })
    void bytes_anyCount_readsInItsUnit(long byteCount, String text) {
        assertThat(Amounts.bytes(byteCount)).isEqualTo(text);
    }

    @Test
    void transfer_countsBytesAndTime_saysRateInDecimalMegabytes() {
        assertThat(Amounts.transfer(5000, 1_288_490_189, Duration.ofMillis(12_300)))
                .isEqualTo("5000 files, 1.2 GiB in 12.3 s (104.8 MB/s)");
        assertThat(Amounts.transfer(1, 0, Duration.ZERO)).isEqualTo("1 file, 0 B in 0.0 s (0.0 MB/s)");
    }
}
