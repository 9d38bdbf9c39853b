namespace Rapport.Labelling;

/// <summary>A security label that the rules find on a resource, and by what.</summary>
/// <param name="System">HL7's ActCode, or its Confidentiality for <c>R</c>.</param>
/// <param name="Code">What it is about (<c>SUD</c>, <c>OPIOIDUD</c>, <c>ETHUD</c>, <c>PSY</c>, <c>HIV</c>, <c>SEX</c>, <c>STD</c>, <c>SDV</c>, <c>GDIS</c>, <c>ADOL</c> …), or <c>R</c> where that cannot be told.</param>
/// <param name="Rule">The rule that found it, as it is called in the rule files: <c>alcohol-use-disorder</c>. A rule keeps its name.</param>
/// <param name="Where">The place in the resource, such as <c>Condition.code.coding[0]</c>; where something else was followed, the reference to it.</param>
/// <param name="What">The code or the words that matched, as they stand there.</param>
public sealed record FoundLabel(string System, string Code, string Rule, string Where, string What)
{
    /// <summary>Why, in one plain sentence in the reader's language.</summary>
    public string Reason => Reasons.Tell(this);

    /// <summary>Whether it says no more than that nobody has looked at a document: the server cannot read or judge it.</summary>
    public bool IsNotLookedAt => RuleBook.Current.ById.TryGetValue(Rule, out var rule) && rule.Implication is Implication.Unreadable or Implication.Unjudged;

    /// <summary>What was followed from the resource to where it was found.</summary>
    internal Via Via { get; init; }

    /// <summary>Whether it was found by a code, else by words.</summary>
    internal bool ByCode { get; init; }
}

/// <summary>What leads from a resource to what was found.</summary>
internal enum Via
{
    /// <summary>It stands in the resource itself.</summary>
    Itself,

    /// <summary>The visit it belongs to.</summary>
    Visit,

    /// <summary>Why it was done or given.</summary>
    Grounds,

    /// <summary>Who wrote, ordered or did it.</summary>
    Author,

    /// <summary>Where it was done.</summary>
    Place,

    /// <summary>Anything else it refers to.</summary>
    Other,
}
