using System.Buffers.Binary;
using Rapport.Data;
using Rapport.Ledger;

namespace Rapport.Records;

/// <summary>
/// Where a compartment's ledger ends and which state of the compartment that end belongs to, as last seen in the head row.
/// </summary>
internal sealed record LedgerHead
{
    // Owner, record_seq, consent_seq and ledger_last precede the frontier.
    private const int ClearLength = 16 + 8 + 8 + 8;

    internal required PersonId Owner { get; init; }

    internal required long RecordSeq { get; init; }

    internal required long ConsentSeq { get; init; }

    internal required Frontier Frontier { get; init; }

    internal required long Last { get; init; }

    /// <summary>
    /// Opens the sealed part of a head row and holds the clear part against it: without the patient's key, nobody turns a record or its consents back
    /// to an earlier state by editing numbers.
    /// </summary>
    /// <exception cref="SealBrokenException">The head row was changed by somebody without the patient's key.</exception>
    internal static LedgerHead Of(PatientId patient, Sealer sealer, HeadRow row)
    {
        var place = Places.Head(patient, row.LedgerSize);
        var plain = sealer.Open(place, row.LedgerFrontier);
        var head = new LedgerHead
        {
            Owner = PersonId.FromBytes(plain),
            RecordSeq = BinaryPrimitives.ReadInt64BigEndian(plain.AsSpan(16)),
            ConsentSeq = BinaryPrimitives.ReadInt64BigEndian(plain.AsSpan(24)),
            Frontier = Frontier.FromBytes(plain.AsSpan(ClearLength)),
            Last = BinaryPrimitives.ReadInt64BigEndian(plain.AsSpan(32)),
        };
        var agrees = head.RecordSeq == row.RecordSeq && head.ConsentSeq == row.ConsentSeq
            && head.Frontier.Size == row.LedgerSize && head.Last == row.LedgerLast;
        return agrees
            ? head
            : throw new SealBrokenException(place);
    }

    /// <summary>The sealed part of the head row of which this is the clear part.</summary>
    internal byte[] Seal(PatientId patient, Sealer sealer)
    {
        var frontier = Frontier.ToBytes();
        Span<byte> plain = stackalloc byte[ClearLength + frontier.Length];
        Owner.WriteBytes(plain);
        BinaryPrimitives.WriteInt64BigEndian(plain[16..], RecordSeq);
        BinaryPrimitives.WriteInt64BigEndian(plain[24..], ConsentSeq);
        BinaryPrimitives.WriteInt64BigEndian(plain[32..], Last);
        frontier.CopyTo(plain[ClearLength..]);
        return sealer.Seal(Places.Head(patient, Frontier.Size), plain);
    }
}
