namespace Rapport.Server.Pages.Record.Reading;

/// <summary>One line about an entry: what a timeline shows.</summary>
public sealed record EntryLine
{
    public required Kind Kind { get; init; }

    /// <summary>The FHIR type in words, such as <c>Care plan</c>.</summary>
    public required string TypeName { get; init; }

    /// <summary>What it is, as its source says it, such as <c>Essential hypertension</c>.</summary>
    public required string Title { get; init; }

    /// <summary>The language of the title where it is known and not that of the page: for the <c>lang</c> of an element.</summary>
    public string? TitleLanguage { get; init; }

    /// <summary>The medical term of the title in plain words; null when it is none or not known.</summary>
    public Glossary? Term { get; init; }

    /// <summary>What people call it, where that is known: what all lists of entries say first.</summary>
    public string Name => Term?.Name ?? Title;

    /// <summary>Its official name, to stand beside <see cref="Name"/>; null when that says it already.</summary>
    public string? Official => Name.Contains(Title, StringComparison.OrdinalIgnoreCase) ? null : Title;

    /// <summary>Both, where there is one line for it.</summary>
    public string BothNames => Official is null ? Name : $"{Name} ({Official})";

    /// <summary>The language of the name, as <see cref="TitleLanguage"/> is that of the official one.</summary>
    public string? NameLanguage => Term is null ? TitleLanguage : null;

    /// <summary>What it says in short, such as <c>128 / 82 mmHg</c>.</summary>
    public string? Value { get; init; }

    /// <summary>When it happened, as people say it.</summary>
    public string? Date { get; init; }

    /// <summary>The same as FHIR wrote it, for the <c>datetime</c> of a <c>time</c> element.</summary>
    public string? DateText { get; init; }

    /// <summary>Where it stands, when it is not simply in force: <c>over</c>, <c>on hold</c>. What is over is called so in all kinds.</summary>
    public string? State { get; init; }

    /// <summary>How dangerous an allergy is, when it is highly so: first of all that whoever treats the patient must see.</summary>
    public string? Danger { get; init; }

    /// <summary>What a reader must not miss: a status such as <c>entered in error</c>, a result that was flagged as <c>high</c>.</summary>
    public string? Alarm { get; init; }
}

/// <summary>An entry in full.</summary>
/// <param name="Line">Its one line.</param>
/// <param name="Facts">What it says.</param>
/// <param name="More">What is of use to programs and to the curious: identifiers, extensions.</param>
public sealed record EntryText(EntryLine Line, IReadOnlyList<Fact> Facts, IReadOnlyList<Fact> More)
{
    /// <summary>The terms of what it says that have codes, each under the name of what it states.</summary>
    public IReadOnlyList<Fact> Coded => [.. CodedIn(Facts)];

    private static IEnumerable<Fact> CodedIn(IEnumerable<Fact> facts)
    {
        foreach (var fact in facts)
        {
            if (fact.Values.Where(static value => value is FactValue.Term { Codes.Count: > 0 }).ToList() is { Count: > 0 } terms)
            {
                yield return new Fact(fact.Name, terms);
            }

            foreach (var inner in CodedIn(fact.Values.OfType<FactValue.Part>().SelectMany(static part => part.Facts)))
            {
                yield return inner;
            }
        }
    }
}

/// <summary>Something an entry states, under a name that people understand.</summary>
/// <param name="Name">Such as <c>Ordered by</c>.</param>
/// <param name="Values">One or several.</param>
public sealed record Fact(string Name, IReadOnlyList<FactValue> Values);

/// <summary>The value of a fact.</summary>
public abstract record FactValue
{
    private FactValue()
    {
    }

    /// <summary>Words. <see cref="IsLong"/> keeps their line breaks.</summary>
    public sealed record Words(string Text, bool IsLong = false) : FactValue;

    /// <summary>A term, with the codes that say exactly which.</summary>
    public sealed record Term(string Text, IReadOnlyList<TermCode> Codes) : FactValue
    {
        /// <summary>The language of the text where it is known and not that of the page.</summary>
        public string? Language => Codes.FirstOrDefault(code => code.Display == Text)?.Language;
    }

    /// <summary>Another entry.</summary>
    /// <param name="Name">Its name as this entry gives it; null when it gives none.</param>
    /// <param name="Type">What it is, in words: <c>visit</c>.</param>
    /// <param name="Reference">The FHIR reference, <c>Type/id</c>.</param>
    public sealed record Link(string? Name, string Type, string Reference) : FactValue;

    /// <summary>Facts that belong together.</summary>
    public sealed record Part(IReadOnlyList<Fact> Facts) : FactValue;
}

/// <summary>A code of a code system.</summary>
/// <param name="System">The system by the name people know, such as <c>LOINC</c>.</param>
/// <param name="Code">The code.</param>
/// <param name="Display">Its official name, where it is given.</param>
/// <param name="Language">The language of that name where it is known and not that of the page.</param>
public sealed record TermCode(string System, string Code, string? Display, string? Language = null);
