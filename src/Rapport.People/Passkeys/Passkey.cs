using Rapport.Data;

namespace Rapport.People;

/// <summary>Names one passkey of a person; it opens nothing.</summary>
public readonly record struct PasskeyId : IComparable<PasskeyId>
{
    private readonly LocalId _value;

    private PasskeyId(LocalId value) => _value = value;

    /// <summary>Reads the text form.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out PasskeyId id)
    {
        var ok = LocalId.TryParse(text, out var value);
        id = new PasskeyId(value);
        return ok;
    }

    /// <summary>The 13 characters of the text form.</summary>
    public override string ToString() => _value.ToString();

    /// <inheritdoc/>
    public int CompareTo(PasskeyId other) => _value.CompareTo(other._value);

    internal static PasskeyId New() => new(LocalId.New());
}

/// <summary>A device or password manager that a person signs in with, by WebAuthn.</summary>
public sealed record Passkey
{
    /// <summary>Names the passkey.</summary>
    public required PasskeyId Id { get; init; }

    /// <summary>What its person calls it.</summary>
    public required string Name { get; init; }

    /// <summary>When it was added.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it last signed its person in or confirmed it was them; null for never.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }

    /// <summary>Whether its provider keeps a copy, so that losing the device does not lose it.</summary>
    public required bool IsBackedUp { get; init; }
}

/// <summary>A question to a passkey.</summary>
/// <param name="OptionsJson">What the browser's <c>navigator.credentials</c> is given: WebAuthn's JSON form of creation or request options.</param>
/// <param name="Ticket">Comes back with the answer. Sealed; good once, for five minutes.</param>
public sealed record PasskeyQuestion(string OptionsJson, string Ticket);
