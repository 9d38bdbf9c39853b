using System.Text;

namespace Rapport.Gathering.Tests.ByHand;

/// <summary>A photo or a PDF that was cut off on its way is told from one that is there to its end.</summary>
public sealed class WholePaperTests
{
    private static readonly byte[] Thumbnail = [0xFF, 0xD8, 0xFF, 0xDA, 0x00, 0x02, 0x11, 0xFF, 0xD9];

    /// <summary>With a small picture in front that ends, as telephones write them.</summary>
    private static readonly byte[] Jpeg =
        [0xFF, 0xD8, 0xFF, 0xE1, 0x00, (byte)(Thumbnail.Length + 2), .. Thumbnail, 0xFF, 0xFF, 0xDB, 0x00, 0x03, 0x01, 0xFF, 0xDA, 0x00, 0x02, 0x12, 0x34, 0x56, 0xFF, 0xD9];

    private static readonly byte[] Png = [0x89, .. "PNG\r\n"u8, 0x1A, 0x0A, 0, 0, 0, 0, .. "IEND"u8, 0xAE, 0x42, 0x60, 0x82];

    private static readonly byte[] WebP = [.. "RIFF"u8, 12, 0, 0, 0, .. "WEBPVP8 "u8, 0, 0, 0, 0];

    public static TheoryData<string, byte[], int> Papers =>
    [
        ("application/pdf", Encoding.ASCII.GetBytes("%PDF-1.4\n1 0 obj<<>>endobj\nstartxref\n9\n%%EOF"), 1),
        ("image/jpeg", Jpeg, 2),
        ("image/png", Png, 9),
        ("image/gif", [.. "GIF89a"u8, 1, 0, 1, 0, 0, 0, 0, 0x2C, 0, 0x3B], 1),
        ("image/webp", WebP, 2),
    ];

    [Theory]
    [MemberData(nameof(Papers))]
    public void What_lacks_its_end_is_not_whole(string type, byte[] paper, int end)
    {
        Assert.True(WholePaper.Is(type, paper));
        Assert.True(WholePaper.Is(type, [.. paper, .. "what some program wrote behind it"u8]));
        Assert.False(WholePaper.Is(type, paper.AsSpan(0, paper.Length - end)));
    }

    [Theory]
    [MemberData(nameof(Papers))]
    public void However_it_is_cut_it_is_looked_at_to_its_end_and_no_further(string type, byte[] paper, int end)
    {
        for (var length = paper.Length - end; length >= 12; length--)
        {
            Assert.False(WholePaper.Is(type, paper.AsSpan(0, length)), $"{length} of {paper.Length}");
        }
    }

    [Theory]
    [InlineData("""{"resourceType":"Observation","status":"final"}""", true)]
    [InlineData("{\"resourceType\":\"Observation\"}\n{\"resourceType\":\"Observation\"}", true)]
    [InlineData("""{"resourceType":"Observation","status":"fi""", false)]
    public void Fhir_that_was_cut_off_is_not_whole(string text, bool isWhole) => Assert.Equal(isWhole, ReceivedFile.IsWhole(Encoding.UTF8.GetBytes(text)));
}
