using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Rapport.Ledger;

/// <summary>The text of checkpoints: C2SP tlog-checkpoint on top of C2SP signed-note, read strictly.</summary>
internal static class CheckpointText
{
    /// <summary>Room for the signatures of many witnesses, also of post-quantum ones with 5 kB each.</summary>
    public const int MaxLength = 256 * 1024;

    private const int MaxSignatures = 64;
    private const string SignatureStart = "\u2014 ";

    public static string NoteText(string origin, long size, TreeHash root) => $"{origin}\n{size}\n{root.ToBase64()}\n";

    public static string SignatureLine(NoteSignature signature)
    {
        var blob = new byte[sizeof(uint) + signature.Signature.Length];
        BinaryPrimitives.WriteUInt32BigEndian(blob, signature.KeyId);
        signature.Signature.Span.CopyTo(blob.AsSpan(sizeof(uint)));
        return $"{SignatureStart}{signature.KeyName} {Convert.ToBase64String(blob)}\n";
    }

    /// <summary>An origin or key name that all parts of the form accept: not empty, no white space, controls or plus.</summary>
    public static bool IsName(ReadOnlySpan<char> name)
    {
        foreach (var rune in name.EnumerateRunes())
        {
            // A lone surrogate reads as the replacement character, which no name needs.
            if (Rune.IsWhiteSpace(rune) || Rune.IsControl(rune) || rune.Value == '+' || rune == Rune.ReplacementChar)
                return false;
        }

        return name.Length > 0;
    }

    public static Checkpoint? TryParse(string text, out string? problem)
    {
        problem = FindFormProblem(text);
        if (problem is not null)
            return null;
        var blank = text.LastIndexOf("\n\n", StringComparison.Ordinal);
        if (blank < 0)
        {
            problem = "the checkpoint has no empty line between its text and its signatures";
            return null;
        }

        var note = text[..(blank + 1)];
        var lines = note[..^1].Split('\n');
        problem = FindBodyProblem(lines, out var size, out var root);
        if (problem is not null)
            return null;
        var signatures = TryParseSignatures(text[(blank + 2)..]);
        if (signatures is null)
        {
            problem = "the checkpoint's signature lines are not in the form of signed notes";
            return null;
        }

        return new Checkpoint(lines[0], size, root, lines[3..], signatures, text, Encoding.UTF8.GetBytes(note));
    }

    private static string? FindFormProblem(string text)
    {
        if (text.Length > MaxLength)
            return "the checkpoint is too long";
        for (var rest = text.AsSpan(); !rest.IsEmpty;)
        {
            // A lone surrogate would be signed as the replacement character.
            if (Rune.DecodeFromUtf16(rest, out var rune, out var consumed) != OperationStatus.Done)
                return "the checkpoint is not valid Unicode";
            if (rune.Value < ' ' && rune.Value != '\n')
                return "the checkpoint contains control characters";
            rest = rest[consumed..];
        }

        return null;
    }

    private static string? FindBodyProblem(string[] lines, out long size, out TreeHash root)
    {
        size = 0;
        root = default;
        if (lines.Length < 3 || Array.Exists(lines, line => line.Length == 0))
            return "the checkpoint's text is not an origin, a size and a root on one line each";
        if (!long.TryParse(lines[1], NumberStyles.None, CultureInfo.InvariantCulture, out size) || lines[1] != size.ToString(CultureInfo.InvariantCulture))
            return $"the checkpoint's size `{lines[1]}` is not a plain decimal number";
        if (StrictBase64.TryDecode(lines[2].AsSpan()) is not { Length: TreeHash.Length } bytes)
            return $"the checkpoint's root `{lines[2]}` is not 32 bytes in base64";
        root = TreeHash.FromBytes(bytes);
        return null;
    }

    private static List<NoteSignature>? TryParseSignatures(string lines)
    {
        if (!lines.EndsWith('\n'))
            return null;
        var signatures = new List<NoteSignature>();
        foreach (var range in lines.AsSpan(0, lines.Length - 1).Split('\n'))
        {
            var line = lines.AsSpan()[range];
            if (signatures.Count == MaxSignatures || !line.StartsWith(SignatureStart))
                return null;
            line = line[SignatureStart.Length..];
            var space = line.IndexOf(' ');
            if (space < 0 || !IsName(line[..space]))
                return null;
            if (StrictBase64.TryDecode(line[(space + 1)..]) is not { Length: > sizeof(uint) } blob)
                return null;
            signatures.Add(new NoteSignature(line[..space].ToString(), BinaryPrimitives.ReadUInt32BigEndian(blob), blob.AsMemory(sizeof(uint))));
        }

        return signatures;
    }
}
