using System.Buffers.Binary;
using Rapport.Data;

namespace Rapport.Records;

/// <summary>
/// What precedes the JSON in a stored entry, sealed with it:
/// <c>format (1) ‖ flags (1) ‖ local id (8) ‖ version (4) ‖ source (8) ‖ origin (8) ‖ content digest (8)</c>, big-endian.
/// </summary>
internal readonly record struct EntryHeader(LocalId Local, int Version, long Source, ulong Origin, ulong ContentDigest, bool IsRule, bool HasParts = false, bool IsWithdrawn = false, bool IsLink = false)
{
    internal const int Length = 38;

    private const byte Format = 1;
    private const byte Rule = 1;
    private const byte Parts = 2;
    private const byte Withdrawn = 4;
    private const byte Link = 8;

    internal static ReadOnlySpan<byte> Body(ReadOnlySpan<byte> plain) => plain[Length..];

    internal void Write(Span<byte> target)
    {
        target[0] = Format;
        target[1] = (byte)((IsRule ? Rule : 0) | (HasParts ? Parts : 0) | (IsWithdrawn ? Withdrawn : 0) | (IsLink ? Link : 0));
        Local.WriteBytes(target[2..]);
        BinaryPrimitives.WriteInt32BigEndian(target[10..], Version);
        BinaryPrimitives.WriteInt64BigEndian(target[14..], Source);
        BinaryPrimitives.WriteUInt64BigEndian(target[22..], Origin);
        BinaryPrimitives.WriteUInt64BigEndian(target[30..], ContentDigest);
    }

    /// <exception cref="InvalidDataException">The bytes were not written by this version.</exception>
    internal static EntryHeader Read(ReadOnlySpan<byte> plain) => plain.Length < Length || plain[0] != Format
        ? throw new InvalidDataException("a stored entry has an unknown format")
        : new EntryHeader(
            LocalId.FromBytes(plain[2..10]),
            BinaryPrimitives.ReadInt32BigEndian(plain[10..]),
            BinaryPrimitives.ReadInt64BigEndian(plain[14..]),
            BinaryPrimitives.ReadUInt64BigEndian(plain[22..]),
            BinaryPrimitives.ReadUInt64BigEndian(plain[30..]),
            (plain[1] & Rule) != 0,
            (plain[1] & Parts) != 0,
            (plain[1] & Withdrawn) != 0,
            (plain[1] & Link) != 0);
}
