using Rapport.Consent;
using Rapport.Data;
using Rapport.Fhir;

namespace Rapport.Records;

/// <summary>Brings a compartment's state forward by the entries written since.</summary>
internal static class StateBuilder
{
    /// <summary>From stored rows, each opened and indexed.</summary>
    /// <exception cref="SealBrokenException">A row was changed or moved.</exception>
    /// <exception cref="InvalidDataException">Rows are missing or of an unknown format.</exception>
    internal static CompartmentState Load(PatientId patient, Sealer sealer, CompartmentState? earlier, IReadOnlyList<EntryRow> rows, long consentSeq)
    {
        var entries = new NewEntry[rows.Count];
        var first = earlier?.RecordSeq ?? 0;
        for (var i = 0; i < entries.Length; i++)
        {
            if (rows[i].Seq != first + i + 1)
            {
                throw new InvalidDataException($"stored entry {first + i + 1} is missing");
            }

            var plain = sealer.Open(Places.Entry(patient, rows[i].Seq), rows[i].Body);
            var header = EntryHeader.Read(plain);
            entries[i] = new NewEntry(header, Resource.Read(plain.AsMemory(EntryHeader.Length)), rows[i].WrittenAt, rows[i].Body);
        }

        return Extend(patient, sealer, earlier, entries, consentSeq);
    }

    internal static CompartmentState Extend(PatientId patient, Sealer sealer, CompartmentState? earlier, IReadOnlyList<NewEntry> entries, long consentSeq)
    {
        var builder = new IndexBuilder(patient, earlier?.Index);
        var start = builder.Count;
        foreach (var entry in entries)
        {
            builder.Add(entry.Resource, entry.Header, entry.At);
        }

        var index = builder.Build();
        byte[][] bodies = [.. earlier?.Bodies ?? [], .. entries.Select(e => e.SealedBody)];
        return new CompartmentState(patient, sealer, consentSeq, index, bodies, Rules(earlier, entries, start, index), Links(earlier, entries), earlier?.Words);
    }

    private static List<CompartmentState.Rule> Rules(CompartmentState? earlier, IReadOnlyList<NewEntry> entries, int start, CompartmentIndex index)
    {
        List<CompartmentState.Rule> rules = [.. earlier?.Rules ?? []];
        for (var i = 0; i < entries.Count; i++)
        {
            if (entries[i].Header.IsRule)
            {
                rules.Add(new CompartmentState.Rule(start + i, PatientConsent.Read(entries[i].Resource)));
            }
        }

        rules.RemoveAll(rule => !index.Current.Contains(rule.Row));
        return rules;
    }

    private static List<EntryLink> Links(CompartmentState? earlier, IReadOnlyList<NewEntry> entries)
    {
        List<EntryLink> links = [.. earlier?.Links ?? []];
        foreach (var entry in entries)
        {
            if (entry.Header.IsLink)
            {
                links.RemoveAll(link => link.Local == entry.Header.Local);
                links.Add(EntryLink.Read(entry.Header, entry.Resource));
            }
        }

        return links;
    }

    /// <summary>An entry to be added: its header, its JSON parsed, and its sealed form.</summary>
    internal readonly record struct NewEntry(EntryHeader Header, Resource Resource, long At, byte[] SealedBody);
}
