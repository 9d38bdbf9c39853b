using System.Text;
using Rapport.Consent;
using Rapport.Data;
using Rapport.Fhir;

namespace Rapport.Records;

/// <summary>Answers what consents ask of a compartment: from its index, and about references from the entries themselves. Not thread safe.</summary>
/// <param name="patient">Whose.</param>
/// <param name="index">Its index.</param>
/// <param name="open">Opens the entry of a row.</param>
/// <param name="treatments">Where treatments stand when it is not here; null for here.</param>
/// <param name="marks">Labels that entries have beside those that they carry.</param>
internal sealed class CompartmentView(PatientId patient, CompartmentIndex index, Func<int, Resource> open, RecordView? treatments = null, IReadOnlyList<LabelWord>? marks = null) : RecordView
{
    private readonly string _patient = patient.ToString();
    private EntryReferences? _references;

    public override int Count => index.Count;

    public override IReadOnlyList<LabelledEntries> Labels
    {
        get
        {
            var (first, end) = index.Terms.Range(ParameterRoles.Security.Id);
            var labels = new LabelledEntries[end - first];
            for (var term = first; term < end; term++)
            {
                labels[term - first] = new LabelledEntries(Text(index.Terms.System(term)), Text(index.Terms.Value(term)), Set(index.Terms.Rows(term)));
            }

            return marks is null or [] ? labels : WithMarks(labels, marks);
        }
    }

    public override IReadOnlyList<(int Comment, int On)> Comments => CommentRows.All(index);

    /// <summary>The labels, with marks on all versions of the entries that they are on.</summary>
    private List<LabelledEntries> WithMarks(IReadOnlyList<LabelledEntries> labels, IReadOnlyList<LabelWord> words)
    {
        var all = labels.ToList();
        foreach (var marked in words.GroupBy(static word => word.Label!.Value))
        {
            var locals = marked.Select(static word => ((LabelScope.Entry)word.Scope).Local ?? default).ToHashSet();
            var set = new EntrySetBuilder(Count);
            for (var row = 0; row < Count; row++)
            {
                if (locals.Contains(index.LocalOf(row)))
                {
                    set.Add(row);
                }
            }

            var known = all.FindIndex(label => label.System == marked.Key.System && label.Code == marked.Key.Code);
            var entries = known < 0 ? set.ToSet() : set.ToSet().Or(all[known].Entries);
            all.RemoveAll(label => label.System == marked.Key.System && label.Code == marked.Key.Code);
            all.Add(new LabelledEntries(marked.Key.System, marked.Key.Code, entries));
        }

        return all;
    }

    public override DateOnly? Born =>
        treatments is not null ? treatments.Born
        : index.PatientRow >= 0 && open(index.PatientRow).Root.TryGetChild("birthDate", out var date) && date.GetString() is { } text && DateRange.TryParse(text, out var day)
            ? DateOnly.FromDateTime(DateTimeOffset.FromUnixTimeMilliseconds(day.Low).UtcDateTime) : null;

    private EntryReferences References => _references ??= new EntryReferences(Count, open);

    public override EntrySet WithType(string resourceType)
    {
        var set = new EntrySetBuilder(Count);
        if (ResourceTypes.Find(resourceType) is >= 0 and var type)
        {
            for (var row = 0; row < Count; row++)
            {
                if (index.IsType(row, type))
                {
                    set.Add(row);
                }
            }
        }

        return set.ToSet();
    }

    public override EntrySet WithCode(string system, string code) => WithToken(system, code, ParameterRoles.IsMainCode);

    public override EntrySet WithDocumentClass(string system, string code) =>
        WithToken(system, code, ParameterRoles.IsDocumentClass).And(WithType("DocumentReference").Or(WithType("Composition")));

    public override EntrySet InPeriod(DateTimeOffset? start, DateTimeOffset? end)
    {
        var low = start?.ToUnixTimeMilliseconds() ?? long.MinValue;
        var high = end?.ToUnixTimeMilliseconds() ?? long.MaxValue;
        var set = new EntrySetBuilder(Count);
        for (var row = 0; row < Count; row++)
        {
            // The entry's own range has an exclusive end, the period an inclusive one.
            if (index.WhenOf(row) is { } when && when.Low <= high && when.High > low)
            {
                set.Add(row);
            }
        }

        return set.ToSet();
    }

    public override EntrySet Instance(string reference)
    {
        var set = new EntrySetBuilder(Count);
        if (TryFind(reference, out var local))
        {
            AddVersions(local, set);
        }

        return set.ToSet();
    }

    public override EntrySet Dependents(string reference)
    {
        var set = new EntrySetBuilder(Count);
        set.Add(Instance(reference));
        Add(References.To(reference), set);
        return set.ToSet();
    }

    public override EntrySet Related(string reference)
    {
        var set = new EntrySetBuilder(Count);
        set.Add(Dependents(reference));
        foreach (var row in Instance(reference))
        {
            foreach (var link in References.From(row))
            {
                set.Add(Instance(link.Reference));
            }
        }

        return set.ToSet();
    }

    public override EntrySet AuthoredBy(string reference)
    {
        var set = new EntrySetBuilder(Count);
        foreach (var link in References.To(reference).Where(static l => l.IsAuthor))
        {
            set.Add(link.Row);
            if (index.TypeOf(link.Row) != "Provenance")
            {
                continue;
            }

            // Who made an entry may stand beside it, as the agent of a Provenance about it.
            foreach (var target in References.From(link.Row).Where(static l => l.Field == "target"))
            {
                set.Add(Instance(target.Reference));
            }
        }

        return set.ToSet();
    }

    public override DateTimeOffset? EndOf(string treatment, DateTimeOffset since)
    {
        if (treatments is not null)
        {
            return treatments.EndOf(treatment, since);
        }

        if (!TryFind(treatment, out var local) || index.RowOf(local) is not (>= 0 and var current) || !index.Current.Contains(current))
        {
            return DateTimeOffset.MinValue;
        }

        // A version counts until the next one was written. One that was over by then ended what was agreed: writing that it goes on again prolongs nothing.
        var rows = Enumerable.Range(0, Count).Where(row => index.LocalOf(row) == local).ToList();
        foreach (var (version, next) in rows.Zip(rows.Skip(1)))
        {
            var until = index.AtOf(next);
            if (until > since.ToUnixTimeMilliseconds() && Treatment.EndOf(open(version)) is { } end && end.ToUnixTimeMilliseconds() <= until)
            {
                return end;
            }
        }

        return Treatment.EndOf(open(current));
    }

    private EntrySet WithToken(string system, string code, Func<ushort, bool> counts)
    {
        var set = new EntrySetBuilder(Count);
        var (wantedSystem, wantedCode) = (SystemOf(system), Encoding.UTF8.GetBytes(code));
        for (var term = 0; term < index.Terms.Count; term++)
        {
            if (index.Terms.Value(term).SequenceEqual(wantedCode) && counts(index.Terms.Parameter(term)) && SystemOf(Text(index.Terms.System(term))) == wantedSystem)
            {
                Add(index.Terms.Rows(term), set);
            }
        }

        return set.ToSet();
    }

    /// <summary>The local id of a reference into this compartment whose type is right, if the resource is there.</summary>
    private bool TryFind(string reference, out LocalId local)
    {
        local = default;
        var slash = reference.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0)
        {
            return false;
        }

        var id = reference.AsSpan(slash + 1);
        var mine = id.SequenceEqual(_patient)
            || (id.Length > _patient.Length && id.StartsWith(_patient) && id[_patient.Length] == '.' && LocalId.TryParse(id[(_patient.Length + 1)..], out local));
        return mine && index.RowOf(local) is >= 0 and var row && index.TypeOf(row).AsSpan().SequenceEqual(reference.AsSpan(0, slash));
    }

    private void AddVersions(LocalId local, EntrySetBuilder set)
    {
        for (var row = 0; row < Count; row++)
        {
            if (index.LocalOf(row) == local)
            {
                set.Add(row);
            }
        }
    }

    private EntrySet Set(ReadOnlySpan<int> rows)
    {
        var set = new EntrySetBuilder(Count);
        Add(rows, set);
        return set.ToSet();
    }

    private static void Add(IEnumerable<EntryReferences.Link> links, EntrySetBuilder set)
    {
        foreach (var link in links)
        {
            set.Add(link.Row);
        }
    }

    private static void Add(ReadOnlySpan<int> rows, EntrySetBuilder set)
    {
        foreach (var row in rows)
        {
            set.Add(row);
        }
    }

    private static string Text(ReadOnlySpan<byte> utf8) => Encoding.UTF8.GetString(utf8);
}
