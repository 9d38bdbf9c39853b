using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Rapport.Ledger;

/// <summary>
/// The lines of an export, as <c>docs/ledger-format.md</c> defines them: a header, one line for each entry, the checkpoint, the closing
/// line. Each content has one text; reading accepts only that. This is all that the writer and the verifier share.
/// </summary>
internal static class ExportFormat
{
    /// <summary>The bytes that a line may have at most, so that a reader needs no more memory than this.</summary>
    public const int MaxLineLength = 32 * 1024 * 1024;

    private const string Name = "rapport-ledger-export/1";
    private const int MaxOriginLength = 1024;
    private const int MaxKeyLength = 1024;
    private const int MaxSignatureLength = 256;
    private const int TimeLength = 24;

    /// <summary>How a closing line begins, and no other.</summary>
    public static ReadOnlySpan<byte> ClosingStart => "{\"sha256\":"u8;

    /// <summary>How a checkpoint line begins, and no other.</summary>
    public static ReadOnlySpan<byte> CheckpointStart => "{\"checkpoint\":"u8;

    /// <summary>
    /// What the key signs for the whole file. Its second line is no number, so it can never be taken for the text of a checkpoint.
    /// </summary>
    public static byte[] SignedBytes(string origin, ReadOnlySpan<byte> sha256)
        => Encoding.UTF8.GetBytes($"{Name}\n{origin}\n{Convert.ToHexStringLower(sha256)}\n");

    public static void WriteHeader(CanonicalJsonWriter line, string origin, ReadOnlySpan<byte> spki)
    {
        line.Literal("{\"format\":"u8);
        line.Text(Name);
        line.Literal(",\"origin\":"u8);
        line.Text(origin);
        line.Literal(",\"key\":"u8);
        line.Base64Text(spki);
        line.Literal("}\n"u8);
    }

    public static bool TryReadHeader(
        ref CanonicalJsonReader line, [NotNullWhen(true)] out string? origin, [NotNullWhen(true)] out byte[]? spki)
    {
        origin = null;
        spki = null;
        return line.Literal("{\"format\":"u8) && line.Text(Name.Length, out var name) && name == Name
            && line.Literal(",\"origin\":"u8) && line.Text(MaxOriginLength, out origin)
            && line.Literal(",\"key\":"u8) && line.Base64Text(MaxKeyLength, out spki)
            && line.Literal("}"u8) && line.AtEnd;
    }

    public static void WriteEntry(CanonicalJsonWriter line, long index, LedgerLeaf leaf, LedgerDetails? details)
    {
        Span<byte> leafBytes = stackalloc byte[LedgerLeaf.Length];
        Span<byte> time = stackalloc byte[TimeLength];
        leaf.Encode(leafBytes);
        FormatTime(leaf.Time, time);
        line.Literal("{\"index\":"u8);
        line.Number(index);
        line.Literal(",\"time\":\""u8);
        line.Literal(time);
        line.Literal("\",\"leaf\":"u8);
        line.Base64Text(leafBytes);
        if (details is null)
        {
            line.Literal(",\"erased\":true}\n"u8);
            return;
        }

        line.Literal(",\"details\":"u8);
        WriteDetails(line, details);
        line.Literal("}\n"u8);
    }

    /// <param name="line">The line.</param>
    /// <param name="index">Where the line says the entry stands.</param>
    /// <param name="leaf">The leaf.</param>
    /// <param name="details">The details, or null when they were erased.</param>
    public static bool TryReadEntry(ref CanonicalJsonReader line, out long index, out LedgerLeaf leaf, out LedgerDetails? details)
    {
        index = 0;
        leaf = default;
        details = null;
        if (!line.Literal("{\"index\":"u8) || !line.Number(long.MaxValue, out index)
            || !line.Literal(",\"time\":"u8) || !line.Text(TimeLength, out var time)
            || !line.Literal(",\"leaf\":"u8) || !line.Base64Text(LedgerLeaf.Length, out var leafBytes)
            || !LedgerLeaf.TryParse(leafBytes, out leaf))
        {
            return false;
        }

        Span<byte> expectedTime = stackalloc byte[TimeLength];
        FormatTime(leaf.Time, expectedTime);
        return Encoding.UTF8.GetBytes(time).AsSpan().SequenceEqual(expectedTime)
            && (line.Literal(",\"erased\":true"u8) || line.Literal(",\"details\":"u8) && TryReadDetails(ref line, out details))
            && line.Literal("}"u8) && line.AtEnd;
    }

    public static void WriteCheckpoint(CanonicalJsonWriter line, string checkpoint)
    {
        line.Literal(CheckpointStart);
        line.Text(checkpoint);
        line.Literal("}\n"u8);
    }

    public static bool TryReadCheckpoint(ref CanonicalJsonReader line, [NotNullWhen(true)] out string? checkpoint)
    {
        checkpoint = null;
        return line.Literal(CheckpointStart) && line.Text(3 * CheckpointText.MaxLength, out checkpoint)
            && line.Literal("}"u8) && line.AtEnd;
    }

    public static void WriteClosing(CanonicalJsonWriter line, ReadOnlySpan<byte> sha256, ReadOnlySpan<byte> signature)
    {
        line.Literal(ClosingStart);
        line.HexText(sha256);
        line.Literal(",\"signature\":"u8);
        line.Base64Text(signature);
        line.Literal("}\n"u8);
    }

    public static bool TryReadClosing(ref CanonicalJsonReader line, scoped Span<byte> sha256, [NotNullWhen(true)] out byte[]? signature)
    {
        signature = null;
        return line.Literal(ClosingStart) && line.HexText(sha256)
            && line.Literal(",\"signature\":"u8) && line.Base64Text(MaxSignatureLength, out signature)
            && line.Literal("}"u8) && line.AtEnd;
    }

    private static void WriteDetails(CanonicalJsonWriter line, LedgerDetails details)
    {
        line.Literal("{\"kind\":"u8);
        line.Text(details.Kind.Code());
        line.Literal(",\"actor\":"u8);
        line.Text(details.Actor);
        WriteOptional(line, ",\"actorName\":"u8, details.ActorName);
        WriteOptional(line, ",\"onBehalfOf\":"u8, details.OnBehalfOf);
        WriteOptional(line, ",\"onBehalfOfName\":"u8, details.OnBehalfOfName);
        WriteOptional(line, ",\"purpose\":"u8, details.Purpose);
        WriteOptional(line, ",\"note\":"u8, details.Note);
        line.Literal(",\"consents\":["u8);
        for (var i = 0; i < details.Consents.Count; i++)
        {
            if (i > 0)
                line.Literal(","u8);
            line.Text(details.Consents[i]);
        }

        line.Literal("],\"entryCount\":"u8);
        line.Number(details.EntryCount);
        line.Literal(",\"digest\":"u8);
        line.HexText(details.Digest.Span);
        line.Literal(",\"entries\":"u8);
        line.Base64Text(details.Entries.Span);
        line.Literal(",\"salt\":"u8);
        line.HexText(details.Salt.Span);
        line.Literal("}"u8);
    }

    private static bool TryReadDetails(ref CanonicalJsonReader line, [NotNullWhen(true)] out LedgerDetails? details)
    {
        details = null;
        var digest = new byte[LedgerDetails.DigestLength];
        var salt = new byte[LedgerDetails.SaltLength];
        if (!line.Literal("{\"kind\":"u8) || !line.Text(LedgerDetails.MaxTextLength, out var code) || !LedgerKinds.TryParse(code, out var kind)
            || !line.Literal(",\"actor\":"u8) || !line.Text(LedgerDetails.MaxTextLength, out var actor) || actor.Length == 0
            || !TryReadOptional(ref line, ",\"actorName\":"u8, out var actorName)
            || !TryReadOptional(ref line, ",\"onBehalfOf\":"u8, out var onBehalfOf)
            || !TryReadOptional(ref line, ",\"onBehalfOfName\":"u8, out var onBehalfOfName)
            || !TryReadOptional(ref line, ",\"purpose\":"u8, out var purpose)
            || !TryReadOptional(ref line, ",\"note\":"u8, out var note)
            || !line.Literal(",\"consents\":["u8) || !TryReadConsents(ref line, out var consents)
            || !line.Literal(",\"entryCount\":"u8) || !line.Number(int.MaxValue, out var entryCount)
            || !line.Literal(",\"digest\":"u8) || !line.HexText(digest)
            || !line.Literal(",\"entries\":"u8) || !line.Base64Text(LedgerDetails.MaxEntriesLength, out var entries)
            || !line.Literal(",\"salt\":"u8) || !line.HexText(salt)
            || !line.Literal("}"u8))
        {
            return false;
        }

        details = new LedgerDetails
        {
            Kind = kind,
            Actor = actor,
            ActorName = actorName,
            OnBehalfOf = onBehalfOf,
            OnBehalfOfName = onBehalfOfName,
            Purpose = purpose,
            Note = note,
            Consents = consents,
            EntryCount = (int)entryCount,
            Digest = digest,
            Entries = entries,
            Salt = salt,
        };
        return true;
    }

    private static void WriteOptional(CanonicalJsonWriter line, ReadOnlySpan<byte> name, string? value)
    {
        if (value is null)
            return;
        line.Literal(name);
        line.Text(value);
    }

    private static bool TryReadOptional(ref CanonicalJsonReader line, ReadOnlySpan<byte> name, out string? value)
    {
        value = null;
        return !line.Literal(name) || line.Text(LedgerDetails.MaxTextLength, out value);
    }

    /// <summary>Reads up to and with the closing bracket.</summary>
    private static bool TryReadConsents(ref CanonicalJsonReader line, out IReadOnlyList<string> consents)
    {
        var read = new List<string>();
        consents = read;
        if (line.Literal("]"u8))
            return true;
        do
        {
            if (read.Count == LedgerDetails.MaxConsents || !line.Text(LedgerDetails.MaxConsentLength, out var consent))
                return false;
            read.Add(consent);
        }
        while (line.Literal(","u8));
        return line.Literal("]"u8);
    }

    /// <summary>Always 24 characters, such as <c>2026-03-01T09:30:00.000Z</c>.</summary>
    private static void FormatTime(DateTimeOffset time, Span<byte> destination)
        => time.TryFormat(destination, out _, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
