using Rapport.Data;
using Rapport.Fhir;
using Rapport.Ledger;

namespace Rapport.Records;

/// <summary>Turns drafts into stored rows, and a change into what the ledger says of it.</summary>
internal static class EntryWriting
{
    /// <summary>Parses, puts the header before and seals a draft as the entry of this row.</summary>
    internal static StateBuilder.NewEntry Prepare(PatientId patient, Sealer sealer, int row, in EntryDraft draft, long source, bool isRule, DateTimeOffset at)
    {
        var header = new EntryHeader(draft.Local ?? default, draft.Version, draft.Source > 0 ? draft.Source : source, draft.Origin, draft.ContentDigest, isRule, draft.Parts is { Count: > 0 }, draft.IsWithdrawn);
        return Prepare(patient, sealer, row, header, draft.Body, at);
    }

    /// <inheritdoc cref="Prepare(PatientId, Sealer, int, in EntryDraft, long, bool, DateTimeOffset)"/>
    internal static StateBuilder.NewEntry Prepare(PatientId patient, Sealer sealer, int row, in EntryHeader header, ReadOnlyMemory<byte> body, DateTimeOffset at)
    {
        var plain = new byte[EntryHeader.Length + body.Length];
        header.Write(plain);
        body.Span.CopyTo(plain.AsSpan(EntryHeader.Length));
        return new StateBuilder.NewEntry(
            header, Resource.Read(plain.AsMemory(EntryHeader.Length)), at.ToUnixTimeMilliseconds(), sealer.Seal(Places.Entry(patient, row + 1), plain));
    }

    internal static EntryRow Row(in StateBuilder.NewEntry entry, long seq) => new() { Seq = seq, WrittenAt = entry.At, Body = entry.SealedBody };

    /// <summary>What the ledger says of the entries from <paramref name="firstRow"/> on.</summary>
    internal static LedgerDetails Describe(LedgerKind kind, Actor actor, CompartmentState state, int firstRow, string? note = null, IReadOnlyList<string>? consents = null, string? purpose = null)
    {
        var rows = Enumerable.Range(firstRow, state.Index.Count - firstRow).ToArray();
        return Recording.Describe(kind, actor, state.Index, rows, consents ?? [], note, purpose);
    }
}
