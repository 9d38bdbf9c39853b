using System.Diagnostics.CodeAnalysis;

namespace Rapport.People;

/// <summary>A value, or the sentence that tells the user why there is none and what to do.</summary>
public readonly record struct Result<T>
    where T : class
{
    private Result(T? value, string? problem)
    {
        Value = value;
        Problem = problem;
    }

    /// <summary>What was asked for; null when there is a <see cref="Problem"/>.</summary>
    public T? Value { get; }

    /// <summary>What is wrong with the input, fit to be shown; null when there is a <see cref="Value"/>.</summary>
    public string? Problem { get; }

    /// <summary>Whether there is a value.</summary>
    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Problem))]
    public bool IsOk => Problem is null;

    internal static Result<T> Ok(T value) => new(value, null);

    internal static Result<T> Bad(string problem) => new(null, problem);
}
