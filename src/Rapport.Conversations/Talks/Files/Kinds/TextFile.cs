using System.Buffers;
using System.Text;

namespace Rapport.Conversations;

/// <summary>Plain text: UTF-8 without signs that control a machine, and nothing that a browser could take for a page or a drawing of marks.</summary>
internal static class TextFile
{
    private static readonly SearchValues<string> Marks = SearchValues.Create(["<html", "<svg", "<script", "<!doctype", "<iframe"], StringComparison.OrdinalIgnoreCase);

    internal static CheckedFile? Check(FileBytes file)
    {
        var decoder = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetDecoder();
        var (letters, held, isBegun) = (new char[64 * 1024 + 16], 0, false);
        file.Takes([0xEF, 0xBB, 0xBF]);
        if (file.Takes("%PDF-"u8))
        {
            // A document that is damaged, and none that somebody reads.
            return null;
        }

        try
        {
            while (file.HasMore)
            {
                var bytes = file.Held(1);
                bytes = bytes[..Math.Min(bytes.Length, 32 * 1024)];
                file.Skip(bytes.Length);
                var count = held + decoder.GetChars(bytes, letters.AsSpan(held), flush: file.Position == file.Length);
                var text = letters.AsSpan(0, count);
                if (text[held..].IndexOfAnyExcept(Allowed) >= 0 || text.ContainsAny(Marks))
                {
                    return null;
                }

                if (!isBegun && text.TrimStart() is [var first, ..])
                {
                    isBegun = true;
                    if (first == '<')
                    {
                        return null;
                    }
                }

                // A mark may stand across two pieces.
                held = Math.Min(count, 16);
                text[^held..].CopyTo(letters);
            }
        }
        catch (DecoderFallbackException)
        {
            return null;
        }

        return isBegun ? CheckedFile.Whole(FileKind.Text, file.Length) : null;
    }

    /// <summary>All but what controls: C0 without tab and line ends, delete, and C1.</summary>
    private static readonly SearchValues<char> Allowed = SearchValues.Create([.. Enumerable.Range(0, 0x10000).Select(static code => (char)code).Where(static letter => !char.IsControl(letter) || letter is '\t' or '\n' or '\r' or '\f')]);
}
