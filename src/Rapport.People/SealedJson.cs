using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Rapport.Data;

namespace Rapport.People;

/// <summary>How what people tell of themselves is stored: as sealed JSON.</summary>
internal static class SealedJson
{
    internal static byte[] Seal<T>(this Sealer sealer, in Place place, T value, JsonTypeInfo<T> type) =>
        sealer.Seal(place, JsonSerializer.SerializeToUtf8Bytes(value, type));

    internal static T Open<T>(this Sealer sealer, in Place place, byte[] sealedValue, JsonTypeInfo<T> type) =>
        JsonSerializer.Deserialize(sealer.Open(place, sealedValue), type)!;
}

/// <param name="IsDependent">Null for a profile from before it was noted.</param>
internal sealed record PersonProfile(string SignInName, string DisplayName, bool IsProfessional, string? Role, string? Record, bool IsOperator = false, string? Language = null, string? TimeZone = null,
    bool? IsDependent = null, IReadOnlyList<EndedCareDetails>? EndedCare = null, IReadOnlyList<RefusedForDetails>? RefusedFor = null);

/// <param name="Teams">The local ids of the care teams they are in; null for none.</param>
internal sealed record MembershipDetails(
    string? Role, long Since, long? Until, Licence? Licence = null, long? VerifiedAt = null, string? VerifiedBy = null, bool IsPrivacyOfficer = false,
    IReadOnlyList<string>? Teams = null)
{
    /// <summary>With what stays as it was when something else is stated: their office, and the teams of who works there still.</summary>
    internal MembershipDetails Keeping(MembershipDetails? known, DateTimeOffset now) =>
        known is null || known.Until <= now.ToUnixTimeMilliseconds() ? this : this with { IsPrivacyOfficer = known.IsPrivacyOfficer, Teams = known.Teams };
}

internal sealed record OrganisationProfile(string Name, IReadOnlyList<TeamProfile>? Teams = null);

internal sealed record TeamProfile(string Id, string Name);

/// <param name="SignedInBy">Null for a session from before it was noted: with a password.</param>
/// <param name="LastUsedAt">Null for a session that was not used since this is noted here: to the hour in its row.</param>
internal sealed record SessionDetails(string UserAgent, long StartedAt, long EndsAt, SignInMethod? SignedInBy = null, long? ConfirmedAt = null, long? LastUsedAt = null);

/// <param name="Scopes">Null for a token from before there were scopes: all of them.</param>
internal sealed record TokenDetails(string Label, long CreatedAt, long? ExpiresAt, TokenScopes? Scopes = null);

/// <param name="LeftAt">When the person left; null as long as they are connected.</param>
internal sealed record CircleDetails(string Relationship, bool IsEmergencyContact = false, bool IsNamedForLater = false, long? LeftAt = null);

/// <param name="By">Who made it for whom they look after; null where the patient did.</param>
/// <param name="Role">As what whoever accepts is asked to look after a small child too; null where they are not.</param>
/// <param name="Until">From when on they do so no more; null for as long as it is small.</param>
/// <param name="For">Whom alone it is for; null for whoever brings its secret first.</param>
internal sealed record InvitationDetails(string Relationship, long MadeAt, long EndsAt, string? By = null, string? Role = null, long? Until = null, string? For = null);

/// <summary>That somebody was taken out of those who look after a small child, until they say that they know.</summary>
internal sealed record EndedCareDetails(string Child, string ChildName, string ByName, long At, string? By = null, IReadOnlyList<string>? Agreements = null);

/// <summary>That whoever looks after a small child said no for it to what somebody asked.</summary>
internal sealed record RefusedForDetails(string Request, string Asker, string By, string ByName, long At, bool IsTold);

/// <param name="By">Who did it for whom they look after; null where the person did.</param>
internal sealed record BlockDetails(string Who, long Since, string? By = null);

/// <param name="To">The sign-in name that was typed.</param>
/// <param name="Terms">What was asked for.</param>
/// <param name="Patient">Where the other row lies.</param>
/// <param name="State">What who asked is told.</param>
/// <param name="AnsweredAt">Since when.</param>
internal sealed record SentDetails(string To, RequestTerms Terms, string Patient, RequestState State = RequestState.Waiting, long? AnsweredAt = null);

internal sealed record EmergencyDetails(string OpenedByName, IReadOnlyList<string> Organisations, string Reason, string? Question, long? AskedAt, IReadOnlyList<ReviewDetails> Reviews, string? AskedBy = null);

internal sealed record ReviewDetails(string Organisation, EmergencyVerdict Verdict, string? Remark, string By, long At);

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PersonProfile))]
[JsonSerializable(typeof(MembershipDetails))]
[JsonSerializable(typeof(OrganisationProfile))]
[JsonSerializable(typeof(SessionDetails))]
[JsonSerializable(typeof(TokenDetails))]
[JsonSerializable(typeof(CircleDetails))]
[JsonSerializable(typeof(InvitationDetails))]
[JsonSerializable(typeof(BlockDetails))]
[JsonSerializable(typeof(RequestTerms))]
[JsonSerializable(typeof(SentDetails))]
[JsonSerializable(typeof(EmergencyDetails))]
[JsonSerializable(typeof(PasskeyDetails))]
[JsonSerializable(typeof(Ticket))]
[JsonSerializable(typeof(AuthenticatorDetails))]
[JsonSerializable(typeof(NoticeChoices))]
[JsonSerializable(typeof(NoticeState))]
internal sealed partial class PeopleJson : JsonSerializerContext;
