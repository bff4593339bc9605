namespace Autograd.Tests.Autodiff;

public sealed class Crc32CTests
{
    // RFC 3720, appendix B.4, and the check value of the catalogue of parametrised CRC algorithms.
    [Fact]
    public void PublishedValuesAreMet()
    {
        Assert.Equal(0xE3069283u, Crc32C.Of("123456789"u8));
        Assert.Equal(0x8A9136AAu, Crc32C.Of(new byte[32]));
        Assert.Equal(0x62A8AB43u, Crc32C.Of([.. Enumerable.Repeat((byte)0xFF, 32)]));
        Assert.Equal(0x46DD794Eu, Crc32C.Of([.. Enumerable.Range(0, 32).Select(i => (byte)i)]));
        Assert.Equal(0u, Crc32C.Of([]));
    }

    [Fact]
    public void PartsJoinToTheWhole()
    {
        var random = new Random(5);
        for (int trial = 0; trial < 200; trial++)
        {
            byte[] bytes = new byte[random.Next(300)];
            random.NextBytes(bytes);
            int cut = random.Next(bytes.Length + 1);
            uint first = Crc32C.Of(bytes.AsSpan(0, cut)), whole = Crc32C.Of(bytes);
            Assert.Equal(whole, Crc32C.Of(bytes.AsSpan(cut), first));
            Assert.Equal(whole, Crc32C.Join(first, Crc32C.Of(bytes.AsSpan(cut)), bytes.Length - cut));
        }
    }
}
