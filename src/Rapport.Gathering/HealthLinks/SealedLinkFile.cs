using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Rapport.Data;

namespace Rapport.Gathering;

/// <summary>Why a file of a SMART Health Link does not open.</summary>
public enum LinkFileMistake
{
    /// <summary>Nothing is wrong with it.</summary>
    None,

    /// <summary>It is not encrypted as files of health links are: one key for all (<c>dir</c>), AES of 256 bits in Galois/Counter Mode.</summary>
    OtherForm,

    /// <summary>The link's key is not its key, or it was changed or cut off.</summary>
    NotOpened,

    /// <summary>It unpacks to more than what is read.</summary>
    TooLarge,
}

/// <summary>Opens the files of SMART Health Links: JSON Web Encryption (RFC 7516) in its compact form, with <c>dir</c> and <c>A256GCM</c> (RFC 7518), packed (<c>DEF</c>) or not.</summary>
public static class SealedLinkFile
{
    private const int Parts = 5;
    private const int MostHeader = 4096;
    private const int NonceLength = 12;
    private const int TagLength = 16;

    /// <summary>The file; null with why not.</summary>
    /// <param name="link">Whose key opens it.</param>
    /// <param name="jwe">Five parts with dots between.</param>
    /// <param name="most">The most bytes it may unpack to.</param>
    /// <param name="mistake">Why it does not open.</param>
    public static OpenedFile? Open(HealthLink link, string jwe, int most, out LinkFileMistake mistake)
    {
        mistake = LinkFileMistake.OtherForm;
        var text = jwe.AsSpan().Trim();
        Span<Range> parts = stackalloc Range[Parts + 1];
        if (text.Split(parts, '.') != Parts
            || !text[parts[1]].IsEmpty
            || HeaderOf(text[parts[0]]) is not { } header
            || Base64Text.TryDecode(text[parts[2]]) is not { Length: NonceLength } nonce
            || Base64Text.TryDecode(text[parts[3]]) is not { } bytes
            || Base64Text.TryDecode(text[parts[4]]) is not { } tag)
        {
            return null;
        }

        mistake = LinkFileMistake.NotOpened;
        if (tag.Length != TagLength || !TryDecrypt(link.Key, nonce, bytes, tag, text[parts[0]]))
        {
            return null;
        }

        if (header.IsPacked)
        {
            mistake = TryUnpack(bytes, most, out bytes);
        }
        else
        {
            mistake = bytes.Length <= most ? LinkFileMistake.None : LinkFileMistake.TooLarge;
        }

        return mistake == LinkFileMistake.None ? new OpenedFile(header.ContentType, bytes) : null;
    }

    private static (bool IsPacked, string? ContentType)? HeaderOf(ReadOnlySpan<char> text)
    {
        if (text.Length > MostHeader || Base64Text.TryDecode(text) is not { } bytes)
        {
            return null;
        }

        using var json = SafeJson.Parse(bytes, out _);
        // `crit` names what must be understood to read it, and nothing of that is.
        if (json?.RootElement is not { } header || header.Text("alg") != "dir" || header.Text("enc") != "A256GCM" || header.Child("crit") is not null)
        {
            return null;
        }

        var zip = header.Child("zip");
        return zip is null || SafeJson.Text(zip) == "DEF" ? (zip is not null, header.Text("cty", 100)) : null;
    }

    /// <summary>In place: a file is as long open as it is sealed.</summary>
    private static bool TryDecrypt(byte[] key, byte[] nonce, byte[] bytes, byte[] tag, ReadOnlySpan<char> head)
    {
        var signed = new byte[head.Length];
        Encoding.ASCII.GetBytes(head, signed);
        using var aes = new AesGcm(key, TagLength);
        try
        {
            aes.Decrypt(nonce, bytes, tag, bytes, signed);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    private static LinkFileMistake TryUnpack(byte[] packed, int most, out byte[] bytes)
    {
        bytes = [];
        using var stream = new LimitedStream(new DeflateStream(new MemoryStream(packed), CompressionMode.Decompress), most, "the file unpacks to more than what is read");
        using var memory = new MemoryStream();
        try
        {
            stream.CopyTo(memory);
            bytes = memory.ToArray();
            return LinkFileMistake.None;
        }
        catch (InvalidDataException)
        {
            return stream.BytesRead > most ? LinkFileMistake.TooLarge : LinkFileMistake.OtherForm;
        }
    }
}
