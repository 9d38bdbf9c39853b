using System.Buffers.Binary;
using Rapport.Data;

namespace Rapport.Records;

/// <summary>
/// The parts of an entry: bytes that stand beside it because they are too many for its own row. Part 0 begins with how many parts there are, in four
/// bytes, and the entry's sealed header says that there are any, so a part that was taken away is missed.
/// </summary>
internal static class EntryParts
{
    internal const int NumberBits = 16;

    /// <summary>The most parts of one entry.</summary>
    internal const int Most = 1 << NumberBits;

    private const int CountBytes = 4;

    internal static IEnumerable<PartRow> Seal(PatientId patient, Sealer sealer, long seq, IReadOnlyList<ReadOnlyMemory<byte>> parts)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(parts.Count, Most, nameof(parts));
        for (var number = 0; number < parts.Count; number++)
        {
            var plain = parts[number];
            if (number == 0)
            {
                var first = new byte[CountBytes + plain.Length];
                BinaryPrimitives.WriteInt32BigEndian(first, parts.Count);
                plain.Span.CopyTo(first.AsSpan(CountBytes));
                plain = first;
            }

            yield return new PartRow { Seq = seq, Number = number, Body = sealer.Seal(Places.Part(patient, seq, number), plain.Span) };
        }
    }

    /// <summary>A part, opened, and how many there are when it is the first (else 0).</summary>
    /// <exception cref="SealBrokenException">The part was changed, moved or taken away.</exception>
    internal static (ReadOnlyMemory<byte> Plain, int Count) Open(PatientId patient, Sealer sealer, long seq, int number, byte[]? stored)
    {
        var place = Places.Part(patient, seq, number);
        var plain = sealer.Open(place, stored ?? throw new SealBrokenException(place));
        return number > 0 ? (plain, 0) : (plain.AsMemory(CountBytes), BinaryPrimitives.ReadInt32BigEndian(plain));
    }
}
