using Rapport.Data;
using Rapport.Fhir;
using Rapport.Ledger;

namespace Rapport.Records;

/// <summary>Turns drafts into stored rows, and a change into what the ledger says of it.</summary>
internal static class EntryWriting
{
    /// <summary>What a draft says of itself, when it is written as what came from this source.</summary>
    internal static EntryHeader HeaderOf(in EntryDraft draft, long source, bool isRule) =>
        new(draft.Local ?? default, draft.Version, draft.Source > 0 ? draft.Source : source, draft.Origin, draft.ContentDigest, isRule, draft.Parts is { Count: > 0 }, draft.IsWithdrawn);

    /// <summary>Puts the header before an entry and seals it as that of this row.</summary>
    internal static StateBuilder.NewEntry Seal(PatientId patient, Sealer sealer, int row, in EntryHeader header, Resource entry, DateTimeOffset at)
    {
        var body = entry.Json;
        var plain = new byte[header.Length + body.Length];
        header.Write(plain);
        body.Span.CopyTo(plain.AsSpan(header.Length));
        return new StateBuilder.NewEntry(header, entry, at.ToUnixTimeMilliseconds(), sealer.Seal(Places.Entry(patient, row + 1), plain));
    }

    internal static EntryRow Row(in StateBuilder.NewEntry entry, long seq) => new() { Seq = seq, WrittenAt = entry.At, Body = entry.SealedBody };

    /// <summary>What the ledger says of the entries from <paramref name="firstRow"/> on.</summary>
    internal static LedgerDetails Describe(LedgerKind kind, Actor actor, CompartmentState state, int firstRow, string? note = null, IReadOnlyList<string>? consents = null, string? purpose = null)
    {
        var rows = Enumerable.Range(firstRow, state.Index.Count - firstRow).ToArray();
        return Recording.Describe(kind, actor, state.Index, rows, consents ?? [], note, purpose);
    }

    /// <summary>The stored rows by which a state goes beyond another.</summary>
    internal static EntryRow[] Rows(CompartmentState before, CompartmentState next, DateTimeOffset now)
    {
        var rows = new EntryRow[next.RecordSeq - before.RecordSeq];
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i] = new EntryRow { Seq = before.RecordSeq + 1 + i, WrittenAt = now.ToUnixTimeMilliseconds(), Body = next.Bodies[before.RecordSeq + i] };
        }

        return rows;
    }
}
