namespace Rapport.Server.Visits;

/// <summary>What a question is about, the most useful first; at most so many of each are offered.</summary>
public enum QuestionKind
{
    /// <summary>What the patient asked and nobody answered.</summary>
    Asked,

    /// <summary>A result that lies outside its usual range, or was flagged.</summary>
    ResultOutside,

    /// <summary>A medicine that is new, changed or stopped since the last visit.</summary>
    MedicineNews,

    /// <summary>A vaccine or an appointment that is due.</summary>
    Due,

    /// <summary>A result that is clearly another than before.</summary>
    ResultChanged,

    /// <summary>A problem about which nothing was done lately.</summary>
    Problem,

    /// <summary>A medicine that has been taken for long.</summary>
    MedicineLong,

    /// <summary>A result outside its usual range that is old.</summary>
    ResultOld,

    /// <summary>An agreement that ends soon.</summary>
    Agreement,
}

/// <summary>A question that a patient could ask, worked out of what is known. It asks and claims nothing of medicine.</summary>
/// <param name="Kind">What kind of question.</param>
/// <param name="Key">What it is about: two questions about the same are not both offered.</param>
/// <param name="Text">The question, in the reader's language.</param>
/// <param name="Why">Why it is offered, in a sentence.</param>
public sealed record OfferedQuestion(QuestionKind Kind, string Key, string Text, string Why)
{
    /// <summary>The FHIR reference of the entry it comes from.</summary>
    public string? Entry { get; init; }

    /// <summary>The conversation and the line it comes from, with a slash between.</summary>
    public string? Message { get; init; }

    /// <summary>Whether what it comes from is marked as sensitive, or is often private: then it is offered only to whoever asks for it.</summary>
    public bool IsPrivate { get; init; }
}
