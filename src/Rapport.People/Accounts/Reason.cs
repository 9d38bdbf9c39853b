namespace Rapport.People;

/// <summary>Why somebody asks for something, in a few words of their own.</summary>
public static class Reason
{
    /// <summary>Characters that it may have.</summary>
    public const int MaxText = 500;

    /// <summary>The reason without space around it, or what is wrong with it: it is 1 to <see cref="MaxText"/> characters on one line.</summary>
    public static Result<string> Check(string typed) =>
        PlainText.Check(typed, PeopleText.AReason, MaxText, out var problem) is { } reason ? Result<string>.Ok(reason) : Result<string>.Bad(problem!);
}
