using Rapport.Data;

namespace Rapport.People;

/// <summary>Names one access token of a person; it opens nothing.</summary>
public readonly record struct TokenId : IComparable<TokenId>
{
    private readonly LocalId _value;

    private TokenId(LocalId value) => _value = value;

    /// <summary>Reads the text form.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out TokenId id)
    {
        var ok = LocalId.TryParse(text, out var value);
        id = new TokenId(value);
        return ok;
    }

    /// <summary>The 13 characters of the text form.</summary>
    public override string ToString() => _value.ToString();

    /// <inheritdoc/>
    public int CompareTo(TokenId other) => _value.CompareTo(other._value);

    internal static TokenId New() => new(LocalId.New());
}

/// <summary>What an access token may be used for.</summary>
[Flags]
public enum TokenScopes
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>To read the person's own record and its ledger.</summary>
    ReadOwn = 1,

    /// <summary>To read what others share with the person.</summary>
    ReadShared = 2,

    /// <summary>To add to the person's own record.</summary>
    Contribute = 4,

    /// <summary>To share the person's own record, and to stop sharing it.</summary>
    Share = 8,

    /// <summary>To send named measurements to the person's own record, and nothing else at all: a device's. It stands alone.</summary>
    Measure = 16,

    /// <summary>To read, as a recipient of its own, what agreements share with it, and nothing else at all: an app's. It stands alone.</summary>
    App = 32,

    /// <summary>To read and write in the person's conversations.</summary>
    Converse = 64,

    /// <summary>Everything that a person can do, and the tokens of their scripts.</summary>
    All = ReadOwn | ReadShared | Contribute | Share | Converse,
}

/// <summary>What is known of an access token, which is not its secret.</summary>
public sealed record AccessToken
{
    /// <summary>Names the token.</summary>
    public required TokenId Id { get; init; }

    /// <summary>What its person calls it.</summary>
    public required string Label { get; init; }

    /// <summary>What it may be used for.</summary>
    public required TokenScopes Scopes { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>From when on it opens nothing; null for no end.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>When it was last used, to about an hour; null for never.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }
}

/// <summary>A token that was just made, with its secret: the only time it can be seen.</summary>
/// <param name="Token">What is known of it.</param>
/// <param name="Secret"><c>rapport_</c> and 43 characters of base64url.</param>
public sealed record NewAccessToken(AccessToken Token, string Secret);

/// <summary>Somebody at work with an access token.</summary>
/// <param name="Person">Whose token it is.</param>
/// <param name="Scopes">What it may be used for.</param>
/// <param name="Id">Names the token.</param>
/// <param name="Label">What its person calls it.</param>
public sealed record TokenUse(Person Person, TokenScopes Scopes, TokenId Id, string Label);
