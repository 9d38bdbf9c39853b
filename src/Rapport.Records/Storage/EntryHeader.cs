using System.Buffers.Binary;
using Rapport.Data;

namespace Rapport.Records;

/// <summary>
/// What precedes the JSON in a stored entry, sealed with it:
/// <c>format (1) ‖ flags (1) ‖ local id (8) ‖ version (4) ‖ source (8) ‖ origin (8) ‖ content digest (8)</c>, big-endian. Format 2 goes on with what nobody but the record itself is told:
/// <c>rules (8) ‖ number of context ids (1) ‖ context ids (8 each) ‖ parts (8, where flagged) ‖ length (4) and JSON of what the source said (where flagged)</c>.
/// </summary>
internal readonly record struct EntryHeader(LocalId Local, int Version, long Source, ulong Origin, ulong ContentDigest, bool IsRule, bool HasParts = false, bool IsWithdrawn = false, bool IsLink = false)
{
    /// <summary>The most other entries that are kept as what the labels of one were worked out with.</summary>
    internal const int MostContext = byte.MaxValue;

    private const int FirstLength = 38;
    private const int SecondLength = FirstLength + 8 + 1;

    private const byte First = 1;
    private const byte Second = 2;

    private const byte Rule = 1;
    private const byte Parts = 2;
    private const byte Withdrawn = 4;
    private const byte Link = 8;
    private const byte OwnLabel = 16;
    private const byte Elsewhere = 32;
    private const byte Labels = 64;
    private const byte Mark = 128;

    /// <summary>By which rules its labels were found (<see cref="LabelRules.Stamp"/>); 0 for none. Then the labels of what it holds stand on the whole too.</summary>
    internal ulong Rules { get; init; }

    /// <summary>Whether it is the patient's word on labels. Like a link, no query finds it.</summary>
    internal bool IsOwnLabel { get; init; }

    /// <summary>Whether it says that all before it was labelled by its <see cref="Rules"/>. No query finds it.</summary>
    internal bool IsLabelMark { get; init; }

    /// <summary>The entries that its labels were worked out with, the default id for the Patient; they are worked out anew when one of these changes.</summary>
    internal ReadOnlyMemory<LocalId> Context { get; init; }

    /// <summary>The entry whose parts are its parts; 0 for its own. What changed in the labels alone has no parts of its own.</summary>
    internal long PartsOf { get; init; }

    /// <summary>The <c>meta.security</c> that its sources said, a JSON array; empty when it is the one in the body.</summary>
    internal ReadOnlyMemory<byte> Said { get; init; }

    /// <summary>Whether nothing finds it: it says that a resource is there no more, or how others are shown or labelled.</summary>
    internal bool IsHidden => IsWithdrawn || IsLink || IsOwnLabel || IsLabelMark;

    /// <summary>How many bytes it takes before the JSON.</summary>
    internal int Length => Rules == 0
        ? FirstLength
        : SecondLength + (Context.Length * 8) + (PartsOf > 0 ? 8 : 0) + (Said.Length > 0 ? 4 + Said.Length : 0);

    /// <summary>The JSON of a stored entry.</summary>
    internal static ReadOnlySpan<byte> Body(ReadOnlySpan<byte> plain) => plain[LengthIn(plain)..];

    /// <inheritdoc cref="Body(ReadOnlySpan{byte})"/>
    internal static ReadOnlyMemory<byte> Body(ReadOnlyMemory<byte> plain) => plain[LengthIn(plain.Span)..];

    internal void Write(Span<byte> target)
    {
        var isFirst = Length == FirstLength;
        target[0] = isFirst ? First : Second;
        target[1] = (byte)((IsRule ? Rule : 0) | (HasParts ? Parts : 0) | (IsWithdrawn ? Withdrawn : 0) | (IsLink ? Link : 0) | (IsOwnLabel ? OwnLabel : 0) | (IsLabelMark ? Mark : 0)
            | (PartsOf > 0 ? Elsewhere : 0) | (Said.Length > 0 ? Labels : 0));
        Local.WriteBytes(target[2..]);
        BinaryPrimitives.WriteInt32BigEndian(target[10..], Version);
        BinaryPrimitives.WriteInt64BigEndian(target[14..], Source);
        BinaryPrimitives.WriteUInt64BigEndian(target[22..], Origin);
        BinaryPrimitives.WriteUInt64BigEndian(target[30..], ContentDigest);
        if (isFirst)
        {
            return;
        }

        BinaryPrimitives.WriteUInt64BigEndian(target[FirstLength..], Rules);
        target[SecondLength - 1] = (byte)Context.Length;
        target = target[SecondLength..];
        foreach (var local in Context.Span)
        {
            local.WriteBytes(target);
            target = target[8..];
        }

        if (PartsOf > 0)
        {
            BinaryPrimitives.WriteInt64BigEndian(target, PartsOf);
            target = target[8..];
        }

        if (Said.Length > 0)
        {
            BinaryPrimitives.WriteInt32BigEndian(target, Said.Length);
            Said.Span.CopyTo(target[4..]);
        }
    }

    /// <exception cref="InvalidDataException">The bytes were not written by this version.</exception>
    internal static EntryHeader Read(ReadOnlyMemory<byte> memory)
    {
        var plain = memory.Span;
        if (plain.Length < FirstLength || plain[0] is not (First or Second) || (plain[0] == Second && plain.Length < SecondLength))
        {
            throw new InvalidDataException("a stored entry has an unknown format");
        }

        var header = new EntryHeader(
            LocalId.FromBytes(plain[2..10]),
            BinaryPrimitives.ReadInt32BigEndian(plain[10..]),
            BinaryPrimitives.ReadInt64BigEndian(plain[14..]),
            BinaryPrimitives.ReadUInt64BigEndian(plain[22..]),
            BinaryPrimitives.ReadUInt64BigEndian(plain[30..]),
            (plain[1] & Rule) != 0,
            (plain[1] & Parts) != 0,
            (plain[1] & Withdrawn) != 0,
            (plain[1] & Link) != 0)
        {
            IsOwnLabel = (plain[1] & OwnLabel) != 0,
            IsLabelMark = (plain[1] & Mark) != 0,
        };
        if (plain[0] == First)
        {
            return header;
        }

        var context = new LocalId[plain[SecondLength - 1]];
        var at = SecondLength;
        for (var i = 0; i < context.Length; i++, at += 8)
        {
            context[i] = LocalId.FromBytes(plain.Slice(at, 8));
        }

        var partsOf = 0L;
        if ((plain[1] & Elsewhere) != 0)
        {
            partsOf = BinaryPrimitives.ReadInt64BigEndian(plain[at..]);
            at += 8;
        }

        var said = ReadOnlyMemory<byte>.Empty;
        if ((plain[1] & Labels) != 0)
        {
            said = memory.Slice(at + 4, BinaryPrimitives.ReadInt32BigEndian(plain[at..]));
        }

        return header with { Rules = BinaryPrimitives.ReadUInt64BigEndian(plain[FirstLength..]), Context = context, PartsOf = partsOf, Said = said };
    }

    private static int LengthIn(ReadOnlySpan<byte> plain)
    {
        if (plain[0] == First)
        {
            return FirstLength;
        }

        var length = SecondLength + (plain[SecondLength - 1] * 8) + ((plain[1] & Elsewhere) != 0 ? 8 : 0);
        return (plain[1] & Labels) != 0 ? length + 4 + BinaryPrimitives.ReadInt32BigEndian(plain[length..]) : length;
    }
}
