namespace Rapport.Consent;

/// <summary>Turns rules into sets of entries, asking the record once about each thing that any rule speaks of.</summary>
internal sealed class RuleCompiler
{
    /// <summary>Types of things that have no time of their own: having no date tells nothing about them.</summary>
    private static readonly string[] Timeless =
    [
        "Patient", "Person", "RelatedPerson", "Practitioner", "PractitionerRole", "Organization", "Location", "CareTeam", "Group", "Device",
        "Medication", "Substance", "HealthcareService", "Endpoint",
    ];

    private readonly RecordView _view;
    private readonly EntrySet _all;
    private readonly EntrySet _consents;
    private readonly Dictionary<object, EntrySet> _asked = [];
    private EntrySet? _undated;

    public RuleCompiler(RecordView view)
    {
        _view = view;
        _all = EntrySet.All(view.Count);
        _consents = view.WithType("Consent");
        Labels = new LabelIndex(view);
        Comments = new CommentSet(view);
    }

    public CommentSet Comments { get; }

    public LabelIndex Labels { get; }

    /// <param name="root">The rule.</param>
    /// <param name="namesAll">Whether its permits speak of what is sensitive without naming it, because something else decides about that.</param>
    public CompiledRule Compile(Rule root, bool namesAll) => Compile(root, null, new DataScope(_all), namesAll);

    private CompiledRule Compile(Rule rule, Rule? outer, DataScope outerScope, bool namesAll)
    {
        // An exception that permits what a rule denies, or what a scope bounds, holds within it. Where a rule that permits encloses another that
        // permits, the inner one adds ("normal data, and for Dr Lee mental health too"); where it encloses one that denies, that one
        // denies what it says, whether or not the outer one permits it.
        var narrows = rule.Kind == RuleKind.Permit && outer is { Kind: RuleKind.Deny or RuleKind.Scope };
        var scope = Bound(rule, narrows, outerScope);
        var certain = scope.Certain();
        var possible = scope.Possible();
        return new CompiledRule
        {
            Rule = rule,
            Narrows = narrows,
            Certain = [.. certain.Words],
            Possible = [.. possible.Words],
            Covered = [.. (rule.Kind == RuleKind.Deny ? possible : namesAll ? certain : certain.AndNot(Unspoken(scope))).Words],
            Rules = [.. rule.Rules.Select(inner => Compile(inner, rule, scope, namesAll))],
        };
    }

    /// <summary>What a permit of this scope does not speak of although its conditions match: sensitive entries it does not name, and
    /// consents, which tell whom else the patient trusts, unless it names consents.</summary>
    private EntrySet Unspoken(DataScope scope)
    {
        var unspoken = Labels.Unnamed(scope.NamedLabels);
        if (!scope.NamesConsents)
        {
            unspoken = unspoken.Or(_consents);
        }

        return unspoken.AndNot(scope.NamedEntries);
    }

    private DataScope Bound(Rule rule, bool narrows, DataScope outer)
    {
        var scope = outer;
        if (rule.Authors is { } authors)
        {
            scope = scope with { Authors = outer.Authors.Meet(Match(authors, AuthoredBy), narrows) };
        }

        if (rule.Labels is { } labels)
        {
            scope = scope with
            {
                Labels = outer.Labels.Meet(new(Labels.Matching(labels.Values), labels.HasUnknown, _all), narrows),
                NamedLabels = labels.Values,
            };
        }

        if (rule.Classes is { } classes)
        {
            scope = scope with
            {
                Classes = outer.Classes.Meet(Match(classes, OfClass), narrows),
                NamesConsents = classes.Values.Contains(new(CodeSystems.ResourceTypes, "Consent")),
            };
        }

        if (rule.Codes is { } codes)
        {
            scope = scope with { Codes = outer.Codes.Meet(Match(codes, WithCode), narrows) };
        }

        if (rule.DataPeriod is { } period)
        {
            scope = scope with { Time = outer.Time.Meet(Match(period), narrows) };
        }

        if (rule.Data is { } data)
        {
            var instances = new Condition<DataReference>([.. data.Values.Where(static d => d.Meaning == DataMeaning.Instance)], HasUnknown: false);
            scope = scope with
            {
                Data = outer.Data.Meet(Match(data, Named), narrows),
                NamedEntries = Comments.Named(Find(instances, Named), Labels),
            };
        }

        return scope;
    }

    private EntryMatch Match<T>(Condition<T> condition, Func<T, EntrySet> find)
        where T : notnull
    {
        var found = Find(condition, find);
        return new(Comments.Certain(found), condition.HasUnknown ? _all : Comments.Possible(found));
    }

    private EntrySet Find<T>(Condition<T> condition, Func<T, EntrySet> find)
        where T : notnull
    {
        var found = EntrySet.None(_view.Count);
        foreach (var value in condition.Values)
        {
            found = found.Or(find(value));
        }

        return found;
    }

    /// <summary>A permit covers what lies wholly in the period; a deny what touches it, and events of which nobody wrote down when they were.</summary>
    private EntryMatch Match(Period period)
    {
        if (period.IsUnknown)
        {
            return new(EntrySet.None(_view.Count), unknown: true, _all);
        }

        var (low, high) = period.Range;
        DateTimeOffset? start = low == long.MinValue ? null : Instants.FromUnixMs(low);
        DateTimeOffset? end = high == long.MaxValue ? null : Instants.FromUnixMs(high - 1);
        var touching = InPeriod(start, end);
        var within = touching;
        if (start is not null)
        {
            within = within.AndNot(InPeriod(null, Instants.FromUnixMs(low - 1)));
        }

        if (end is not null)
        {
            within = within.AndNot(InPeriod(Instants.FromUnixMs(high), null));
        }

        return new(Comments.Certain(within), Comments.Possible(touching.Or(Undated())));
    }

    private EntrySet Undated()
    {
        if (_undated is null)
        {
            _undated = _all.AndNot(InPeriod(null, null));
            foreach (var type in Timeless)
            {
                _undated = _undated.AndNot(_view.WithType(type));
            }
        }

        return _undated;
    }

    private EntrySet InPeriod(DateTimeOffset? start, DateTimeOffset? end) =>
        Ask((start, end), static (view, period) => view.InPeriod(period.start, period.end));

    private EntrySet AuthoredBy(string reference) =>
        Ask(new DataReference(DataMeaning.AuthoredBy, reference), static (view, d) => view.AuthoredBy(d.Reference));

    private EntrySet Named(DataReference data) => Ask(data, static (view, d) => d.Meaning switch
    {
        DataMeaning.Instance => view.Instance(d.Reference),
        // Everything refers to the patient: what is related to an encounter is not the patient's own entry for that.
        DataMeaning.Related => view.Related(d.Reference).AndNot(view.WithType("Patient")).Or(view.Instance(d.Reference)),
        DataMeaning.Dependents => view.Dependents(d.Reference),
        _ => view.AuthoredBy(d.Reference),
    });

    private EntrySet OfClass(SystemCode value) => Ask(("class", value), static (view, key) =>
        key.value.System == CodeSystems.ResourceTypes ? view.WithType(key.value.Code) : view.WithDocumentClass(key.value.System, key.value.Code));

    private EntrySet WithCode(SystemCode value) => Ask(("code", value), static (view, key) => view.WithCode(key.value.System, key.value.Code));

    private EntrySet Ask<TKey>(TKey key, Func<RecordView, TKey, EntrySet> ask)
        where TKey : notnull
    {
        if (!_asked.TryGetValue(key, out var entries))
        {
            entries = ask(_view, key);
            _asked.Add(key, entries);
        }

        return entries;
    }

    /// <summary>The entries that certainly and that possibly meet a condition.</summary>
    private readonly record struct EntryMatch(EntrySet Certain, EntrySet Possible)
    {
        public EntryMatch(EntrySet certain, bool unknown, EntrySet all)
            : this(certain, unknown ? all : certain)
        {
        }

        public EntryMatch Meet(EntryMatch own, bool narrows) =>
            narrows ? new(Certain.And(own.Certain), Possible.And(own.Possible)) : own;
    }

    /// <summary>The conditions on data that hold for a rule, and what it names of the things that must be named.</summary>
    private sealed record DataScope(EntryMatch Authors, EntryMatch Labels, EntryMatch Classes, EntryMatch Codes, EntryMatch Time, EntryMatch Data)
    {
        public DataScope(EntrySet all)
            : this(new(all, all), new(all, all), new(all, all), new(all, all), new(all, all), new(all, all))
        {
        }

        public IReadOnlyList<SystemCode> NamedLabels { get; init; } = [];

        public bool NamesConsents { get; init; }

        public EntrySet NamedEntries { get; init; } = EntrySet.None(Authors.Certain.Size);

        public EntrySet Certain() => All(static m => m.Certain);

        public EntrySet Possible() => All(static m => m.Possible);

        private EntrySet All(Func<EntryMatch, EntrySet> of)
        {
            var entries = of(Authors);
            foreach (var match in (ReadOnlySpan<EntryMatch>)[Labels, Classes, Codes, Time, Data])
            {
                var other = of(match);
                entries = ReferenceEquals(entries, other) ? entries : entries.And(other);
            }

            return entries;
        }
    }
}
