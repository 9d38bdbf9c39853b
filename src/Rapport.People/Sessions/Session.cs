using Rapport.Data;

namespace Rapport.People;

/// <summary>Names one session of a person; it opens nothing.</summary>
public readonly record struct SessionId : IComparable<SessionId>
{
    private readonly LocalId _value;

    private SessionId(LocalId value) => _value = value;

    /// <summary>Reads the text form.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out SessionId id)
    {
        var ok = LocalId.TryParse(text, out var value);
        id = new SessionId(value);
        return ok;
    }

    /// <summary>The 13 characters of the text form.</summary>
    public override string ToString() => _value.ToString();

    /// <inheritdoc/>
    public int CompareTo(SessionId other) => _value.CompareTo(other._value);

    internal static SessionId New() => new(LocalId.New());
}

/// <summary>How somebody showed who they are.</summary>
public enum SignInMethod
{
    /// <summary>With a password alone.</summary>
    Password,

    /// <summary>With a password and a code of an authenticator app.</summary>
    PasswordAndCode,

    /// <summary>With a passkey.</summary>
    Passkey,

    /// <summary>With a recovery code, after the password where there is one.</summary>
    RecoveryCode,

    /// <summary>With a code that the operator of the server gave them.</summary>
    OperatorCode,
}

/// <summary>One sign-in on one device.</summary>
public sealed record Session
{
    /// <summary>Names the session.</summary>
    public required SessionId Id { get; init; }

    /// <summary>Who is signed in.</summary>
    public required Person Person { get; init; }

    /// <summary>The device, in words.</summary>
    public required string UserAgent { get; init; }

    /// <summary>When it was started.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it was last used, to about five minutes.</summary>
    public required DateTimeOffset LastUsedAt { get; init; }

    /// <summary>When it ends, however much it is used.</summary>
    public required DateTimeOffset EndsAt { get; init; }

    /// <summary>How its person signed in.</summary>
    public required SignInMethod SignedInBy { get; init; }

    /// <summary>When its person last showed who they are: at sign-in, or asked again since.</summary>
    public required DateTimeOffset ConfirmedAt { get; init; }
}
