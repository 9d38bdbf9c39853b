using System.Buffers.Binary;
using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Rapport.Conversations.Tests.Talks.Files;

/// <summary>What a file is, by its content alone; what is kept of it; and that nothing damaged, dressed up or moving passes.</summary>
public sealed class FileCheckTests
{
    public static TheoryData<string> All => [.. FileSamples.Names];

    [Theory]
    [MemberData(nameof(All))]
    public void A_file_is_what_its_content_says(string name) => Assert.Equal(FileSamples.KindOf(name), Look(FileSamples.Of(name)).Kind);

    [Theory]
    [InlineData("gps.jpg")]
    [InlineData("gps.png")]
    [InlineData("gps.webp")]
    [InlineData("gps.gif")]
    [InlineData("voice.webm")]
    [InlineData("voice.m4a")]
    [InlineData("voice.mp3")]
    [InlineData("voice.wav")]
    public void What_tells_where_and_with_what_it_was_made_is_not_kept(string name)
    {
        var sent = FileSamples.Of(name);
        Assert.Contains("Madrid", Encoding.Latin1.GetString(sent));
        var (kind, kept) = Look(sent);
        foreach (var told in (string[])["Madrid", "SecretCam", "GPS", "photoshop", "xmp"])
        {
            Assert.DoesNotContain(told, Encoding.Latin1.GetString(kept), StringComparison.OrdinalIgnoreCase);
        }

        // What is kept is whole: looked at again, nothing more is taken out of it.
        Assert.Equal((kind, Convert.ToHexString(kept)), Look(kept) is var again ? (again.Kind, Convert.ToHexString(again.Kept)) : default);
    }

    [Theory]
    [InlineData("gps.jpg", 6)]
    [InlineData("gps.png", 8)]
    [InlineData("gps.webp", 3)]
    public void A_picture_stands_as_it_stood(string name, int turned)
    {
        var kept = Look(FileSamples.Of(name)).Kept;
        var exif = kept.AsSpan().IndexOf("MM\0*"u8);
        Assert.Equal(turned, ExifOrientation.Read(kept.AsSpan(exif)));
        Assert.Equal(-1, kept.AsSpan(exif + 4).IndexOf("MM\0*"u8));
    }

    [Fact]
    public void How_a_picture_is_turned_is_read_in_both_orders_and_nothing_is_made_of_what_is_damaged()
    {
        for (var turned = 1; turned <= 8; turned++)
        {
            Assert.Equal(turned, ExifOrientation.Read(ExifOrientation.Write(turned)));
            Assert.Equal(turned, ExifOrientation.Read([.. "II*\0"u8, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, (byte)turned, 0, 0, 0, 0, 0, 0, 0]));
        }

        foreach (var damaged in (byte[][])[[], [.. "MM\0*"u8, 255, 255, 255, 255], [.. "II*\0"u8, 8, 0, 0, 0, 255, 255], ExifOrientation.Write(9), ExifOrientation.Write(0), ExifOrientation.Write(6)[..18]])
        {
            Assert.Equal(1, ExifOrientation.Read(damaged));
        }
    }

    [Theory]
    [InlineData("plain.jpg")]
    [InlineData("gps.png")]
    [InlineData("plain.webp")]
    [InlineData("lossless.webp")]
    [InlineData("gps.gif")]
    [InlineData("letter.pdf")]
    public void What_follows_the_end_is_cut_off(string name)
    {
        var sent = FileSamples.Of(name);
        Assert.Equal(Convert.ToHexString(Look(sent).Kept), Convert.ToHexString(Look([.. sent, .. "PK\x03\x04 something else, <script>"u8]).Kept));
    }

    [Fact]
    public void A_colour_profile_stays_and_comments_and_small_copies_go()
    {
        var (sent, profile) = (FileSamples.Of("plain.jpg"), Segment(0xE2, [.. "ICC_PROFILE\0"u8, 1, 1, .. "colours"u8]));
        byte[] thumbnail = [.. Segment(0xE0, [.. "JFIF\0"u8, 1, 2, 0, 0, 1, 0, 1, 1, 1, 11, 22, 33]), .. Segment(0xE0, [.. "JFXX\0"u8, 0x10, 7, 7]), .. Segment(0xFE, "a comment"u8), .. Segment(0xEB, "whatever"u8)];
        var kept = Look([.. sent[..2], .. thumbnail, .. profile, .. Segment(0xE2, [.. "MPF\0"u8, 1, 2]), .. sent[2..]]).Kept;
        Assert.True(kept.AsSpan().IndexOf(profile) > 0);
        foreach (var gone in (byte[][])[[11, 22, 33], [.. "JFXX"u8], [.. "comment"u8], [.. "whatever"u8], [.. "MPF"u8]])
        {
            Assert.Equal(-1, kept.AsSpan().IndexOf(gone));
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void What_breaks_off_is_refused(string name)
    {
        var (kind, sent) = (FileSamples.KindOf(name), FileSamples.Of(name));

        // A text, and what was recorded while it was written, may end anywhere it could have ended.
        Assert.SkipWhen(kind is null or FileKind.Text or FileKind.Mp3 || name is "live.webm" or "fragments.m4a", "any beginning of it may be whole");
        var whole = Look(sent);
        for (var length = 12; length < sent.Length; length++)
        {
            var (cut, kept) = Look(sent[..length]);
            Assert.True(cut is null || Convert.ToHexString(kept) == Convert.ToHexString(whole.Kept) || kept.Length + 1 >= whole.Kept.Length, $"{name} cut at {length} of {sent.Length} passes as {cut}");
        }
    }

    [Theory]
    [InlineData("gps.png")]
    [InlineData("voice.ogg")]
    public void Where_there_are_checksums_no_bit_can_be_changed(string name)
    {
        var sent = FileSamples.Of(name);
        for (var i = 0; i < sent.Length; i++)
        {
            sent[i] ^= 0x10;
            Assert.Null(Look(sent).Kind);
            sent[i] ^= 0x10;
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Whatever_is_changed_in_it_looking_ends_and_nothing_is_kept_that_is_not_there(string name)
    {
        var sent = FileSamples.Of(name);
        var change = ArbMap.Default.ArbFor<(int, byte)>();
        Prop.ForAll(change, changed =>
        {
            byte[] other = [.. sent];
            other[(int)((uint)changed.Item1 % other.Length)] = changed.Item2;
            var (kind, kept) = Look(other);
            return kind is null == (kept.Length == 0);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Bytes_of_no_kind_are_none() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), static bytes => Look(bytes ?? []).Kind is null or FileKind.Text).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg'></svg>")]
    [InlineData("\uFEFF  <?xml version='1.0'?><svg/>")]
    [InlineData("\n\n<!-- x --><p>")]
    [InlineData("<b>bold</b>")]
    [InlineData("GIF89a /* <SCRIPT>alert(1)</SCRIPT>")]
    [InlineData("hello <sVg onload=alert(1)>")]
    [InlineData("hello\n<!DOCTYPE html>")]
    [InlineData("bell \u0007")]
    [InlineData("nothing \0 here")]
    [InlineData("next line \u0085")]
    [InlineData("   \n\t ")]
    public void What_a_browser_could_take_for_a_page_or_what_controls_a_machine_is_no_text(string text) => Assert.Null(Look(Encoding.UTF8.GetBytes(text)).Kind);

    [Fact]
    public void A_mark_that_stands_across_pieces_is_found() => Assert.All(
        Enumerable.Range(-8, 16), static shift => Assert.Null(Look(Encoding.UTF8.GetBytes(new string('x', (32 * 1024) + shift) + "<script>")).Kind));

    [Theory]
    [InlineData("FFFE680069")]
    [InlineData("C080")]
    [InlineData("EDA080")]
    [InlineData("68E2")]
    [InlineData("4D5A9000")]
    [InlineData("7F454C46")]
    [InlineData("504B030414000000")]
    [InlineData("255044462D312E34")]
    [InlineData("FFD8FFD9")]
    public void What_is_no_text_and_nothing_else_is_none(string hex) => Assert.Null(Look(Convert.FromHexString(hex)).Kind);

    [Theory]
    [InlineData("startxref\n999999\n%%EOF")]
    [InlineData("startxref\n0\n%%EOF")]
    [InlineData("startxref\n-1\n%%EOF")]
    [InlineData("startxref\n%%EOF")]
    [InlineData("%%EOF")]
    [InlineData("")]
    public void A_document_whose_table_is_not_where_it_says_is_none(string end) => Assert.Null(Look(Encoding.Latin1.GetBytes("%PDF-1.4\n1 0 obj<<>>endobj\nxref\n0 1\n" + end)).Kind);

    [Theory]
    [InlineData("plain.jpg", new byte[] { 0xFF, 0xC0 }, 5)]
    [InlineData("gps.png", new byte[] { (byte)'I', (byte)'H', (byte)'D', (byte)'R' }, 4)]
    public void A_picture_too_large_to_be_shown_is_none(string name, byte[] header, int at)
    {
        var sent = FileSamples.Of(name);
        var place = sent.AsSpan().IndexOf(header) + at;
        sent.AsSpan(place, 4).Fill(0xFF);
        if (name == "gps.png")
        {
            sent.AsSpan(place, 8).Fill(0x7F);
            PngFile.Chunk("IHDR", sent[place..(place + 13)]).CopyTo(sent, place - 8);
        }

        Assert.Null(Look(sent).Kind);
    }

    [Fact]
    public void A_film_is_none_however_it_is_called()
    {
        var sent = FileSamples.Of("voice.m4a");
        var handler = sent.AsSpan().IndexOf("soun"u8);
        "vide"u8.CopyTo(sent.AsSpan(handler));
        Assert.Null(Look(sent).Kind);
        "soun"u8.CopyTo(sent.AsSpan(handler));
        Assert.Equal(FileKind.Mp4, Look(sent).Kind);
        BinaryPrimitives.WriteUInt32BigEndian(sent.AsSpan(sent.AsSpan().IndexOf("mdat"u8) - 4), 0x7FFFFFFF);
        Assert.Null(Look(sent).Kind);
    }

    private static byte[] Segment(byte marker, ReadOnlySpan<byte> body) => [0xFF, marker, (byte)((body.Length + 2) >> 8), (byte)(body.Length + 2), .. body];

    private static (FileKind? Kind, byte[] Kept) Look(byte[] sent)
    {
        using var stream = new MemoryStream(sent);
        if (FileCheck.Look(stream) is not { } found)
        {
            return (null, []);
        }

        using var kept = new MemoryStream();
        foreach (var part in found.Parts)
        {
            kept.Write(part.Written ?? (part.IsZeros ? new byte[part.Length] : sent.AsSpan((int)part.From, (int)part.Length).ToArray()));
        }

        Assert.Equal(found.Length, kept.Length);
        return (found.Kind, kept.ToArray());
    }
}
