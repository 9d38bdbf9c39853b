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
    internal static CompartmentState Load(PatientId patient, Sealer sealer, CompartmentState? earlier, IReadOnlyList<EntryRow> rows, long consentSeq, MinorPolicy? minors = null)
    {
        return Extend(patient, sealer, earlier, rows.Select(Open), consentSeq, minors);

        NewEntry Open(EntryRow row, int i)
        {
            if (row.Seq != (earlier?.RecordSeq ?? 0) + i + 1)
            {
                throw new InvalidDataException($"stored entry {(earlier?.RecordSeq ?? 0) + i + 1} is missing");
            }

            var plain = sealer.Open(Places.Entry(patient, row.Seq), row.Body);
            return new NewEntry(EntryHeader.Read(plain), Resource.Read(EntryHeader.Body(plain.AsMemory())), row.WrittenAt, row.Body);
        }
    }

    /// <param name="patient">Whose record.</param>
    /// <param name="sealer">Its key.</param>
    /// <param name="earlier">The state that is extended; null for none.</param>
    /// <param name="entries">What comes, in order; each is looked at once and then let go but for its sealed form.</param>
    /// <param name="consentSeq">The entry that changed the consents last.</param>
    /// <param name="minors">What holds for children; null for what held in the earlier state, or else what is usual.</param>
    internal static CompartmentState Extend(PatientId patient, Sealer sealer, CompartmentState? earlier, IEnumerable<NewEntry> entries, long consentSeq, MinorPolicy? minors = null)
    {
        var builder = new IndexBuilder(patient, earlier?.Index);
        List<byte[]> bodies = [.. earlier?.Bodies ?? []];
        List<CompartmentState.Rule> rules = [.. earlier?.Rules ?? []];
        List<EntryLink> links = [.. earlier?.Links ?? []];
        List<OwnLabel> words = [];
        var labelled = new LabelledState.Builder(earlier?.Labelled);
        foreach (var entry in entries)
        {
            if (entry.Header.IsRule)
            {
                rules.Add(new CompartmentState.Rule(builder.Count, PatientConsent.Read(entry.Resource)));
            }
            else if (entry.Header.IsLink)
            {
                links.RemoveAll(link => link.Local == entry.Header.Local);
                links.Add(EntryLink.Read(entry.Header, entry.Resource));
            }
            else if (entry.Header.IsOwnLabel)
            {
                words.Add(OwnLabel.Read(entry.Header, entry.Resource, entry.At));
            }

            labelled.Add(builder.Count, entry.Header);

            builder.Add(entry.Resource, entry.Header, entry.At);
            bodies.Add(entry.SealedBody);
        }

        var index = builder.Build();
        rules.RemoveAll(rule => !index.Current.Contains(rule.Row));
        return new CompartmentState(patient, sealer, consentSeq, index, [.. bodies], rules, links, (earlier?.OwnLabels ?? OwnLabels.None).With(words), labelled.Build(index.Current), earlier?.Words, minors ?? earlier?.Minors);
    }

    /// <summary>An entry to be added: its header, its JSON parsed, and its sealed form.</summary>
    internal readonly record struct NewEntry(EntryHeader Header, Resource Resource, long At, byte[] SealedBody);
}
