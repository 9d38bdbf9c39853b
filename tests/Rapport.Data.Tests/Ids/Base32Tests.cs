namespace Rapport.Data.Tests;

public sealed class Base32Tests
{
    [Theory]
    [InlineData("0", "00000000000000000000000000")]
    [InlineData("1", "00000000000000000000000001")]
    [InlineData("31", "0000000000000000000000000z")]
    [InlineData("32", "00000000000000000000000010")]
    [InlineData("340282366920938463463374607431768211455", "7zzzzzzzzzzzzzzzzzzzzzzzzz")]
    public void Numbers_have_one_text(string number, string text)
    {
        Span<char> written = stackalloc char[26];
        Base32.Write(UInt128.Parse(number), written);
        Assert.Equal(text, written.ToString());
        Assert.True(Base32.TryRead(text, 128, out UInt128 read));
        Assert.Equal(UInt128.Parse(number), read);
    }

    [Fact]
    public void Any_number_is_read_back_and_texts_have_the_order_of_numbers()
    {
        // Seeded, so that a failure can be repeated.
        var random = new Random(20260601);
        Span<byte> bytes = stackalloc byte[16];
        (UInt128 Number, string Text)? before = null;
        for (var i = 0; i < 20_000; i++)
        {
            random.NextBytes(bytes);
            UInt128 number = System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes) >> random.Next(128);
            var chars = new char[26];
            Base32.Write(number, chars);
            var text = new string(chars);
            Assert.True(Base32.TryRead(text, 128, out UInt128 read));
            Assert.Equal(number, read);
            if (before is { } b)
            {
                Assert.Equal(b.Number.CompareTo(number), Math.Sign(string.CompareOrdinal(b.Text, text)));
            }

            before = (number, text);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("0000000000000000000000000")]
    [InlineData("000000000000000000000000000")]
    [InlineData("80000000000000000000000000")] // 129 bits
    [InlineData("zzzzzzzzzzzzzzzzzzzzzzzzzz")]
    [InlineData("0000000000000000000000000A")]
    [InlineData("0000000000000000000000000i")]
    [InlineData("0000000000000000000000000l")]
    [InlineData("0000000000000000000000000o")]
    [InlineData("0000000000000000000000000u")]
    [InlineData("0000000000000000000000000-")]
    [InlineData("0000000000000000000000000 ")]
    [InlineData("0000000000000000000000000\0")]
    [InlineData("0000000000000000000000000\u0130")]
    [InlineData("0000000000000000000000000０")]
    public void What_was_not_written_here_is_not_read(string text) => Assert.False(Base32.TryRead(text, 128, out _));

    [Fact]
    public void Only_the_32_digits_are_read()
    {
        int[] read = [.. Enumerable.Range(0, char.MaxValue + 1).Where(static c => Base32.TryRead("000000000000" + (char)c, 64, out _))];
        Assert.Equal("0123456789abcdefghjkmnpqrstvwxyz", string.Concat(read.Select(static c => (char)c)));
    }
}
