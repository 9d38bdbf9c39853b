using System.Globalization;
using System.Text;

namespace Rapport.Conversations;

/// <summary>
/// A document as PDF (ISO 32000-1): its first line, its last, and between them where its table of objects is said to stand there is one. What is in it a reader's program shows: it is only ever saved from here.
/// </summary>
internal static class PdfFile
{
    private const int Tail = 2048, MostGap = 1024, MostNumber = 10;

    internal static CheckedFile? Check(FileBytes file)
    {
        if (!file.Takes("%PDF-"u8) || file.Bytes(3) is not [(byte)'1' or (byte)'2', (byte)'.', >= (byte)'0' and <= (byte)'9'])
        {
            return null;
        }

        var from = Math.Max(0, file.Length - Tail);
        file.GoTo(from);
        var tail = Encoding.Latin1.GetString(file.Bytes((int)(file.Length - from)));
        var end = tail.LastIndexOf("%%EOF", StringComparison.Ordinal);
        var start = end < 0 ? -1 : tail.LastIndexOf("startxref", end, StringComparison.Ordinal);
        if (start < 0 || tail.Length - end > MostGap || !long.TryParse(tail.AsSpan(start + 9, end - start - 9).Trim(" \t\r\n\f\0"), NumberStyles.None, CultureInfo.InvariantCulture, out var table) || table >= from + start)
        {
            return null;
        }

        file.GoTo(table);
        PassSpace(file);
        if (!file.Takes("xref"u8) && !BeginsObject(file))
        {
            return null;
        }

        // Line ends belong to it; whatever else follows does not.
        file.GoTo(from + end + 5);
        PassSpace(file);
        return file.IsDamaged ? null : new CheckedFile(FileKind.Pdf).Keep(0, file.Position);
    }

    /// <summary>Whether an object begins here: its number, how often it was written anew, and the word.</summary>
    private static bool BeginsObject(FileBytes file)
    {
        for (var i = 0; i < 2; i++)
        {
            var digits = 0;
            while (file.HasMore && char.IsAsciiDigit((char)file.Held(1)[0]) && digits <= MostNumber)
            {
                file.Skip(1);
                digits++;
            }

            if (digits is 0 or > MostNumber)
            {
                return false;
            }

            PassSpace(file);
        }

        return file.Takes("obj"u8);
    }

    private static void PassSpace(FileBytes file)
    {
        while (file.HasMore && file.Held(1)[0] is 0 or 9 or 10 or 12 or 13 or 32)
        {
            file.Skip(1);
        }
    }
}
