namespace Rapport.People;

/// <summary>What came of a sign-in name and a password.</summary>
/// <param name="Person">Who signed in; null when nobody did.</param>
/// <param name="Problem">Why not, fit to be shown: it never tells whether the name exists.</param>
/// <param name="RetryAfter">When there were too many attempts: how long to wait before the next.</param>
public sealed record PasswordCheck(Person? Person, string? Problem, TimeSpan? RetryAfter);
