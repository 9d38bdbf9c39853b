using Rapport.Consent;
using Rapport.Fhir;

namespace Rapport.Records;

/// <summary>A consent that the patient made.</summary>
/// <param name="Entry">Its current version.</param>
/// <param name="Consent">What it says, as it is decided by.</param>
/// <param name="Resource">The FHIR resource.</param>
public sealed record StoredConsent(AnsweredEntry Entry, PatientConsent Consent, Resource Resource)
{
    /// <summary>Until when it is valid, exclusive, as the record tells now: the end of the treatment that it is for included. Null for no end that is known.</summary>
    public DateTimeOffset? Until { get; init; } = Consent.ValidUntil;
}

/// <summary>What came of writing a consent.</summary>
public enum ConsentWriteStatus
{
    /// <summary>A new one.</summary>
    Created,

    /// <summary>A new version of one.</summary>
    Updated,

    /// <summary>There is none with this id.</summary>
    NotFound,

    /// <summary>It is about somebody else than the patient.</summary>
    WrongPatient,

    /// <summary>Another version than the expected one is current.</summary>
    VersionConflict,

    /// <summary>It answers a request that another answers already: a request is answered once, however often the answer is sent.</summary>
    AnsweredBefore,

    /// <summary>It invites somebody to give an opinion who was invited to give it before.</summary>
    InvitedBefore,

    /// <summary>As many are invited to give an opinion on the question as may be.</summary>
    TooManyInvited,

    /// <summary>The active consents of the record have as many rules as they may have together.</summary>
    TooMany,

    /// <summary>An opening of it would go on for longer than one does.</summary>
    OpenTooLong,

    /// <summary>It names somebody for the case that the patient cannot decide any more whom another names already: they have one that says what they get.</summary>
    NamedBefore,

    /// <summary>As many are named for that case as may be.</summary>
    NamedEnough,
}

/// <summary>What came of writing a consent. <see cref="Entry"/> and <see cref="Body"/> are there when it was written.</summary>
/// <param name="Status">What happened.</param>
/// <param name="Entry">The version that is current now.</param>
/// <param name="Body">Its JSON.</param>
/// <param name="Problems">What in it cannot be evaluated, and therefore permits nothing.</param>
public sealed record ConsentWritten(ConsentWriteStatus Status, AnsweredEntry? Entry, ReadOnlyMemory<byte> Body, IReadOnlyList<string> Problems)
{
    /// <summary>What it does that the patient may not have meant.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
