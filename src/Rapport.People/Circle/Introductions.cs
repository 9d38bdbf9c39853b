using System.Buffers.Text;
using System.Text;
using Rapport.Data;

namespace Rapport.People;

/// <summary>
/// Names people to whoever found them by their exact sign-in name, or was asked by them: by their reference with a proof that holds for that one person alone. By a reference without it nobody learns a name: references stand in
/// what is shared with others. Thread safe.
/// </summary>
public sealed class Introductions
{
    private const char Mark = '~';
    private const int ProofLength = 16;

    private readonly Keyring _keyring;

    internal Introductions(Keyring keyring) => _keyring = keyring;

    /// <summary>Names somebody to a person who was introduced to them.</summary>
    public string Of(PersonId to, string reference) => reference + Mark + Base64Url.EncodeToString(_keyring.LookupHash("introduced", $"{to} {reference}").AsSpan(0, ProofLength));

    /// <summary>Whom such a name means, whether or not it is one.</summary>
    public static string ReferenceIn(string name) => name.IndexOf(Mark) is >= 0 and var at ? name[..at] : name;

    /// <summary>Whom such a name means, and whether the person was introduced to them.</summary>
    public (string Reference, bool IsIntroduced) Read(PersonId to, string name)
    {
        var reference = ReferenceIn(name);
        return (reference, reference.Length < name.Length && System.Security.Cryptography.CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(Of(to, reference))));
    }
}
