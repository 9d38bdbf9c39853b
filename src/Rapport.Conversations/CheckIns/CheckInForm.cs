namespace Rapport.Conversations;

/// <summary>How a question is answered.</summary>
public enum QuestionKind
{
    /// <summary>Yes or no.</summary>
    YesNo,

    /// <summary>One of several.</summary>
    Choice,

    /// <summary>A whole number on a scale.</summary>
    Scale,

    /// <summary>A number, with or without a unit.</summary>
    Number,

    /// <summary>One's own words.</summary>
    Words,
}

/// <summary>One of the answers to choose from.</summary>
/// <param name="Text">What it says.</param>
/// <param name="Value">What an answer has, as JSON; null for the text alone.</param>
public sealed record CheckInOption(string Text, string? Value = null);

/// <summary>A question of a check-in.</summary>
/// <param name="Id">Names it in its check-in.</param>
/// <param name="Text">What is asked.</param>
/// <param name="Kind">How it is answered.</param>
public sealed record CheckInQuestion(string Id, string Text, QuestionKind Kind)
{
    /// <summary>Whether nothing can be sent without an answer to it.</summary>
    public bool IsRequired { get; init; }

    /// <summary>What can be chosen, where one of several is.</summary>
    public IReadOnlyList<CheckInOption> Options { get; init; } = [];

    /// <summary>The unit of a number as people read it; null for none.</summary>
    public string? Unit { get; init; }

    /// <summary>The unit as UCUM writes it; null for none that is known.</summary>
    public string? UnitCode { get; init; }

    /// <summary>Both ends of a scale; of a number what it is at least and at most, where that is said.</summary>
    public decimal? Least { get; init; }

    /// <inheritdoc cref="Least"/>
    public decimal? Most { get; init; }

    /// <summary>Whether a number is whole.</summary>
    public bool IsWhole { get; init; }

    /// <summary>What is asked, as codes say it (a list of FHIR Coding, as JSON); null for no code.</summary>
    public string? Code { get; init; }
}

/// <summary>
/// A short questionnaire in plain words. It is kept as a FHIR R4 <c>Questionnaire</c>, which <see cref="CheckInQuestionnaire"/> reads and writes. Immutable.
/// </summary>
/// <param name="Title">What it is called.</param>
/// <param name="Questions">What is asked, in this order.</param>
public sealed record CheckInForm(string Title, IReadOnlyList<CheckInQuestion> Questions)
{
    /// <summary>The most questions; the most answers to choose from; and the most letters of a title, a question, an answer to choose, a unit, and of what is answered in words.</summary>
    public const int MostQuestions = 12, MostOptions = 10, MostTitle = 80, MostText = 300, MostOption = 100, MostUnit = 20, MostWords = 2_000;

    /// <summary>The most points of a scale beside its first.</summary>
    public const int MostScale = 10;

    /// <summary>The address that names the questionnaire: an answer says by it what was asked. Null for a new one.</summary>
    public string? Address { get; init; }

    /// <summary>How many minutes it takes: a quarter for what is pressed, half for a number, one for words; at least one.</summary>
    public int Minutes => Math.Max(1, (int)Math.Ceiling(Questions.Sum(static question => question.Kind switch { QuestionKind.Words => 1.0, QuestionKind.Number => 0.5, _ => 0.25 })));
}
