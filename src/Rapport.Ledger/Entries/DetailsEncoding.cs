using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;

namespace Rapport.Ledger;

/// <summary>
/// The deterministic encoding of <see cref="LedgerDetails"/>: the format byte, the salt, the kind, a byte of flags for the optional
/// texts, the digest, the actor, the optional texts in a fixed order, the consents, the entry count, the entries. Lengths and counts are
/// unsigned LEB128 in their shortest form. Each value has one encoding and each accepted encoding is that of its value.
/// </summary>
internal static class DetailsEncoding
{
    // Neither 0x00 nor 0x01, with which the inputs of leaf and node hashes begin: a commitment is never the hash of one of those.
    private const byte Format = 0xD1;

    private const int FixedLength = 1 + LedgerDetails.SaltLength + 1 + 1 + LedgerDetails.DigestLength;

    [Flags]
    private enum Present : byte
    {
        None = 0,
        ActorName = 1,
        OnBehalfOf = 2,
        OnBehalfOfName = 4,
        Purpose = 8,
        Note = 16,
        All = ActorName | OnBehalfOf | OnBehalfOfName | Purpose | Note,
    }

    // Throws the ArgumentException that the members of LedgerDetails announce.
    private static readonly UTF8Encoding _utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The length of the encoding; throws <see cref="ArgumentException"/> when there is none.</summary>
    public static int Measure(LedgerDetails details) => FindProblem(details, out var length) is { } problem
        ? throw new ArgumentException($"a ledger entry cannot be recorded: {problem}", nameof(details))
        : length;

    /// <summary>What keeps the details from being encoded, or null and the length of the encoding.</summary>
    public static string? FindProblem(LedgerDetails details, out int length)
    {
        length = FixedLength
            + VarintLength(details.Consents.Count)
            + VarintLength(details.EntryCount)
            + VarintLength(details.Entries.Length) + details.Entries.Length;
        if (details.Kind is < LedgerKind.Created or > LedgerKind.Erased)
            return "its kind is unknown";
        if (details.Salt.Length != LedgerDetails.SaltLength)
            return $"its salt does not have {LedgerDetails.SaltLength} bytes";
        if (details.Digest.Length != LedgerDetails.DigestLength)
            return $"its digest does not have {LedgerDetails.DigestLength} bytes";
        if (details.EntryCount < 0)
            return "its entry count is negative";
        if (details.Entries.Length > LedgerDetails.MaxEntriesLength)
            return $"its entries have more than {LedgerDetails.MaxEntriesLength} bytes";
        if (details.Actor.Length == 0)
            return "it names no actor";
        if (!TryAddText(details.Actor, ref length)
            || !TryAddText(details.ActorName, ref length)
            || !TryAddText(details.OnBehalfOf, ref length)
            || !TryAddText(details.OnBehalfOfName, ref length)
            || !TryAddText(details.Purpose, ref length)
            || !TryAddText(details.Note, ref length))
        {
            return $"one of its texts has more than {LedgerDetails.MaxTextLength} bytes";
        }

        if (details.Consents.Count > LedgerDetails.MaxConsents)
            return $"it names more than {LedgerDetails.MaxConsents} consents";
        for (var i = 0; i < details.Consents.Count; i++)
        {
            if (!TryAddText(details.Consents[i], ref length, LedgerDetails.MaxConsentLength))
                return $"a consent's id has more than {LedgerDetails.MaxConsentLength} bytes";
        }

        return null;
    }

    /// <summary>Writes what <see cref="Measure"/> measured and found valid.</summary>
    public static void Write(LedgerDetails details, Span<byte> destination)
    {
        var at = 0;
        destination[at++] = Format;
        details.Salt.Span.CopyTo(destination[at..]);
        at += LedgerDetails.SaltLength;
        destination[at++] = (byte)details.Kind;
        destination[at++] = (byte)PresentIn(details);
        details.Digest.Span.CopyTo(destination[at..]);
        at += LedgerDetails.DigestLength;
        WriteText(destination, ref at, details.Actor);
        WriteText(destination, ref at, details.ActorName);
        WriteText(destination, ref at, details.OnBehalfOf);
        WriteText(destination, ref at, details.OnBehalfOfName);
        WriteText(destination, ref at, details.Purpose);
        WriteText(destination, ref at, details.Note);
        WriteVarint(destination, ref at, details.Consents.Count);
        for (var i = 0; i < details.Consents.Count; i++)
            WriteText(destination, ref at, details.Consents[i]);
        WriteVarint(destination, ref at, details.EntryCount);
        WriteVarint(destination, ref at, details.Entries.Length);
        details.Entries.Span.CopyTo(destination[at..]);
    }

    public static LedgerDetails? TryRead(ReadOnlyMemory<byte> encoded)
    {
        var source = encoded.Span;
        if (source.Length < FixedLength || source[0] != Format)
            return null;
        var at = 1 + LedgerDetails.SaltLength;
        var kind = (LedgerKind)source[at++];
        var present = (Present)source[at++];
        if (kind is < LedgerKind.Created or > LedgerKind.Erased || (present & ~Present.All) != Present.None)
            return null;
        at += LedgerDetails.DigestLength;

        if (!TryReadText(source, ref at, out var actor) || actor.Length == 0
            || !TryReadText(source, ref at, present.HasFlag(Present.ActorName), out var actorName)
            || !TryReadText(source, ref at, present.HasFlag(Present.OnBehalfOf), out var onBehalfOf)
            || !TryReadText(source, ref at, present.HasFlag(Present.OnBehalfOfName), out var onBehalfOfName)
            || !TryReadText(source, ref at, present.HasFlag(Present.Purpose), out var purpose)
            || !TryReadText(source, ref at, present.HasFlag(Present.Note), out var note)
            || !TryReadConsents(source, ref at, out var consents)
            || !TryReadVarint(source, ref at, int.MaxValue, out var entryCount)
            || !TryReadVarint(source, ref at, LedgerDetails.MaxEntriesLength, out var entriesLength)
            || source.Length - at != entriesLength)
        {
            return null;
        }

        return new LedgerDetails
        {
            Salt = encoded.Slice(1, LedgerDetails.SaltLength),
            Kind = kind,
            Digest = encoded.Slice(FixedLength - LedgerDetails.DigestLength, LedgerDetails.DigestLength),
            Actor = actor,
            ActorName = actorName,
            OnBehalfOf = onBehalfOf,
            OnBehalfOfName = onBehalfOfName,
            Purpose = purpose,
            Note = note,
            Consents = consents,
            EntryCount = entryCount,
            Entries = encoded[at..],
        };
    }

    private static Present PresentIn(LedgerDetails details)
        => (details.ActorName is null ? Present.None : Present.ActorName)
        | (details.OnBehalfOf is null ? Present.None : Present.OnBehalfOf)
        | (details.OnBehalfOfName is null ? Present.None : Present.OnBehalfOfName)
        | (details.Purpose is null ? Present.None : Present.Purpose)
        | (details.Note is null ? Present.None : Present.Note);

    private static bool TryAddText(string? text, ref int length, int maxLength = LedgerDetails.MaxTextLength)
    {
        if (text is null)
            return true;
        var textLength = _utf8.GetByteCount(text);
        length += VarintLength(textLength) + textLength;
        return textLength <= maxLength;
    }

    private static void WriteText(Span<byte> destination, ref int at, string? text)
    {
        if (text is null)
            return;
        WriteVarint(destination, ref at, _utf8.GetByteCount(text));
        at += _utf8.GetBytes(text, destination[at..]);
    }

    private static bool TryReadText(ReadOnlySpan<byte> source, ref int at, bool present, out string? text)
    {
        text = null;
        return !present || TryReadText(source, ref at, out text);
    }

    private static bool TryReadText(
        ReadOnlySpan<byte> source, ref int at, [NotNullWhen(true)] out string? text, int maxLength = LedgerDetails.MaxTextLength)
    {
        text = null;
        if (!TryReadVarint(source, ref at, maxLength, out var length) || length > source.Length - at)
            return false;
        var bytes = source.Slice(at, length);
        if (!Utf8.IsValid(bytes))
            return false;
        text = _utf8.GetString(bytes);
        at += length;
        return true;
    }

    private static bool TryReadConsents(ReadOnlySpan<byte> source, ref int at, out IReadOnlyList<string> consents)
    {
        consents = [];
        if (!TryReadVarint(source, ref at, LedgerDetails.MaxConsents, out var count) || count > source.Length - at)
            return false;
        if (count == 0)
            return true;
        var read = new string[count];
        for (var i = 0; i < count; i++)
        {
            if (!TryReadText(source, ref at, out var consent, LedgerDetails.MaxConsentLength))
                return false;
            read[i] = consent;
        }

        consents = read;
        return true;
    }

    private static int VarintLength(int value)
    {
        var length = 1;
        for (var rest = (uint)value >> 7; rest != 0; rest >>= 7)
            length++;
        return length;
    }

    private static void WriteVarint(Span<byte> destination, ref int at, int value)
    {
        var rest = (uint)value;
        for (; rest >= 0x80; rest >>= 7)
            destination[at++] = (byte)(rest | 0x80);
        destination[at++] = (byte)rest;
    }

    private static bool TryReadVarint(ReadOnlySpan<byte> source, ref int at, int max, out int value)
    {
        value = 0;
        var read = 0UL;
        for (var shift = 0; shift < 35; shift += 7)
        {
            if (at >= source.Length)
                return false;
            var next = source[at++];
            read |= (ulong)(next & 0x7F) << shift;
            if (next >= 0x80)
                continue;
            // A last group of zero would be a longer form of a smaller number.
            if (next == 0 && shift > 0 || read > (ulong)max)
                return false;
            value = (int)read;
            return true;
        }

        return false;
    }
}
