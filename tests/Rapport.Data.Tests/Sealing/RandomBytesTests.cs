namespace Rapport.Data.Tests;

public sealed class RandomBytesTests
{
    [Fact]
    public void No_bytes_are_handed_out_twice()
    {
        HashSet<string> seen = [];
        var bytes = new byte[16];
        for (var i = 0; i < 10_000; i++)
        {
            RandomBytes.Fill(bytes);
            Assert.True(seen.Add(Convert.ToHexString(bytes)));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(12)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(5000)]
    public void Any_length_is_filled(int length)
    {
        var bytes = new byte[length];
        for (var i = 0; i < 20; i++)
        {
            Array.Clear(bytes);
            RandomBytes.Fill(bytes);
            Assert.True(length < 8 || bytes.Any(static b => b != 0));
        }
    }
}
