namespace Rapport.Consent;

/// <summary>Someone asks for entries of a compartment.</summary>
/// <param name="Recipient">Who would receive them.</param>
/// <param name="Purpose">What for: a code of HL7's PurposeOfUse (<c>TREAT</c>), or <c>system|code</c> for one of another system.</param>
/// <param name="Action">What would be done with them: a code of HL7's consent actions, see <see cref="ConsentAction"/>.</param>
/// <param name="At">The instant of the request: consents count that are valid then.</param>
public sealed record DisclosureRequest(Recipient Recipient, string Purpose, string Action, DateTimeOffset At)
{
    /// <summary>By what those are known at the instant who passed something on to the recipient.</summary>
    public Givers Givers { get; init; } = Givers.None;
}

/// <summary>
/// Who would receive entries, by every reference a consent may know them by: the person (<c>Practitioner/x</c>, <c>RelatedPerson/x</c>), their
/// organisations, care teams and practitioner roles, the device or app. A group that the recipient is known to belong to may be among them.
/// Immutable and thread safe.
/// </summary>
public sealed class Recipient
{
    private readonly string[] _references;

    /// <param name="name">How the patient knows them: stands in the reasons.</param>
    /// <param name="references">Relative references, without version.</param>
    public Recipient(string name, params IEnumerable<string> references)
    {
        Name = name;
        _references = [.. references];
    }

    public string Name { get; }

    public IReadOnlyList<string> References => _references;

    internal bool IsKnownAs(string reference) => Array.IndexOf(_references, reference) >= 0;
}

/// <summary>
/// What may be done with entries: the codes of <c>http://terminology.hl7.org/CodeSystem/consentaction</c>, and what that system has no code for. A permit that names no action lets read; whatever
/// changes a record must be named.
/// </summary>
public static class ConsentAction
{
    /// <summary>The code system of what HL7's has no code for.</summary>
    public const string OwnSystem = "urn:rapport:consent-action";

    /// <summary>The code of <see cref="OwnSystem"/> for passing on to others what one sees: see <see cref="PassedOn"/>.</summary>
    public const string ShareOnCode = "share";

    /// <summary>Passing on to others what one sees: see <see cref="PassedOn"/>.</summary>
    public const string ShareOn = OwnSystem + "|" + ShareOnCode;

    /// <summary>The code of <see cref="OwnSystem"/> for writing words about an entry that one sees: see <see cref="RecordView.Comments"/>.</summary>
    public const string CommentCode = "comment";

    /// <summary>Writing words about an entry that one sees: see <see cref="RecordView.Comments"/>.</summary>
    public const string Comment = OwnSystem + "|" + CommentCode;

    /// <summary>The code of <see cref="OwnSystem"/> for writing in the patient's conversations on their behalf.</summary>
    public const string ConverseCode = "converse";

    /// <summary>Writing in the patient's conversations on their behalf, by whoever acts for them. It opens no entry.</summary>
    public const string Converse = OwnSystem + "|" + ConverseCode;

    /// <summary>Reading. A consent that names <c>access</c> or <c>disclose</c> speaks of it.</summary>
    public const string Access = "access";

    /// <summary>Handing on; for consents the same as <see cref="Access"/>.</summary>
    public const string Disclose = "disclose";

    /// <summary>Adding to the record.</summary>
    public const string Collect = "collect";

    public const string Use = "use";

    public const string Correct = "correct";
}
