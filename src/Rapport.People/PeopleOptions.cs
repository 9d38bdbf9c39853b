using Rapport.Data;

namespace Rapport.People;

/// <summary>What an installation may set about its people. The defaults are meant for everyone.</summary>
public sealed record PeopleOptions
{
    /// <summary>
    /// Rounds of PBKDF2-HMAC-SHA512 for one password: 210,000, what OWASP's password storage guide asks for. A stored password made with
    /// fewer is hashed anew when its person next signs in.
    /// </summary>
    public int PasswordIterations { get; init; } = 210_000;

    /// <summary>A session ends when it was not used for this long: 12 hours.</summary>
    public TimeSpan SessionIdle { get; init; } = TimeSpan.FromHours(12);

    /// <summary>A session ends this long after it was started, however much it is used: 14 days.</summary>
    public TimeSpan SessionLength { get; init; } = TimeSpan.FromDays(14);

    /// <summary>
    /// How long a node may answer from memory who a token, a session or an id is, before it asks the database again: 2 seconds. It is the
    /// longest time for which a token that was revoked on another node still works on this one.
    /// </summary>
    public TimeSpan Freshness { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Whether somebody looks after a small child, whose record it is, as the child itself would. Records say so, never from memory; where nobody knows records, nobody does.</summary>
    public Func<PatientId, Person, CancellationToken, Task<bool>> LooksAfter { get; init; } = static (_, _, _) => Task.FromResult(false);
}
