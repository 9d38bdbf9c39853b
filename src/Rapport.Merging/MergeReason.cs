namespace Rapport.Merging;

/// <summary>By what two entries are known to tell of one thing.</summary>
public enum SameBy
{
    /// <summary>The patient says so.</summary>
    Patient,

    /// <summary>They have a number of their own in common.</summary>
    Identifier,

    /// <summary>They are the same bytes.</summary>
    Content,

    /// <summary>They have a code in common.</summary>
    Code,

    /// <summary>Their codes or names are listed as one (<c>Naming/Concepts.txt</c>).</summary>
    Concept,

    /// <summary>They are named alike, but for order, word forms and filling words.</summary>
    Name,

    /// <summary>Their names have the main words in common.</summary>
    LikeName,

    /// <summary>They consist of the same parts.</summary>
    Parts,

    /// <summary>The active ingredients are the same, whatever the brand.</summary>
    Ingredient,

    /// <summary>They protect against the same diseases.</summary>
    Antigen,
}

/// <summary>How the times of two entries go together.</summary>
public enum SameWhen
{
    /// <summary>Within the same minute.</summary>
    Moment,

    /// <summary>On the same day.</summary>
    Day,

    /// <summary>On the same day, at other times of it.</summary>
    OtherTime,

    /// <summary>The time does not matter.</summary>
    Any,

    /// <summary>One day apart.</summary>
    DayApart,

    /// <summary>Whole quarters of an hour apart, as a clock in another time zone is.</summary>
    ClockApart,

    /// <summary>One tells only the month or the year, and the other lies in it.</summary>
    Within,

    /// <summary>One does not say when.</summary>
    Unknown,
}

/// <summary>The rule by which two entries are one.</summary>
public readonly record struct MergeReason(SameBy By, SameWhen When);
