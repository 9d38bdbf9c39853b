using System.Buffers.Binary;
using System.Data.Common;
using System.Text;
using Dapper;
using Rapport.Data;

namespace Rapport.People.Tests;

/// <content>How the version before wrote what it wrote.</content>
public abstract partial class EarlierTablesContract<TDatabase>
{
    /// <summary>Writes one of everything as the version before did.</summary>
    private async Task FillAsync(DbTransaction t)
    {
        using Sealer maya = await AddAsync(t, _maya, new PersonProfile("maya", "Maya", false, null, $"{_record}"));
        using Sealer sam = await AddAsync(t, _sam, new PersonProfile("sam", "Sam", false, null, $"{PatientId.New()}"));
        using Sealer lee = await AddAsync(t, _lee, new PersonProfile("lee", "Dr Lee", true, "Cardiologist", null));
        using Sealer mallory = await AddAsync(t, _mallory, new PersonProfile("mallory", "Mallory", false, null, null));
        await new OrganisationStore(_test.Keyring).AddAsync(t, _clinic, new OrganisationProfile("Clinic"));
        var c = t.Connection!;
        await c.ExecuteAsync("INSERT INTO own_record (patient_id, person_id) VALUES (@patient, @person)", new { patient = $"{_record}", person = $"{_maya}" }, t);
        await c.ExecuteAsync(
            "INSERT INTO membership (person_id, organisation_id, details) VALUES (@person, @organisation, @details)",
            new
            {
                person = $"{_lee}", organisation = $"{_clinic}",
                details = lee.Seal(Place.Of("membership", _clinic, 0), new MembershipDetails("Cardiologist", Now, null, null, Now, "the clinic", IsPrivacyOfficer: true), PeopleJson.Default.MembershipDetails),
            },
            t);
        await c.ExecuteAsync(
            "INSERT INTO circle (patient_id, person_id, details, since) VALUES (@patient, @person, @details, @now)",
            new { patient = $"{_record}", person = $"{_sam}", details = sam.Seal(Place.Of("circle", _record, 0), new CircleDetails("son"), PeopleJson.Default.CircleDetails), now = Now },
            t);
        await FillRequestsAsync(t, maya, lee);
        await FillEmergencyAsync(t, maya);
        await FillSecretsAsync(t, maya);
        await AddInvitationAsync(t, maya, _maya, _invitation, "open", null);
        await AddInvitationAsync(t, sam, _sam, LocalId.New(), "kept", _maya);
        byte[] blocked = _test.Keyring.LookupHash("blocked", $"{_maya} {_mallory}");
        await c.ExecuteAsync(
            "INSERT INTO blocked_person (person_id, blocked_hash, details) VALUES (@person, @blocked, @details)",
            new { person = $"{_maya}", blocked, details = maya.Seal(Place.Of("blocked", _maya, BinaryPrimitives.ReadInt64BigEndian(blocked)), new BlockDetails($"{_mallory}", Now), PeopleJson.Default.BlockDetails) },
            t);
        await c.ExecuteAsync(
            "INSERT INTO notice_choice (person_id, version, details) VALUES (@person, 3, @details)",
            new { person = $"{_maya}", details = maya.Seal(Place.Of("notice-choice", _maya, 3), NoticeChoices.None, PeopleJson.Default.NoticeChoices) },
            t);
        var state = new NoticeState { Read = new Dictionary<string, string> { ["how far"] = "read" } };
        await c.ExecuteAsync(
            "INSERT INTO notice_due (person_id, version, details, due_at, taken_to, in_sight_to) VALUES (@person, 2, @details, @now, 0, 0)",
            new { person = $"{_maya}", details = maya.Seal(Place.Of("notice-due", _maya, 2), state, PeopleJson.Default.NoticeState), now = Now },
            t);
    }

    private async Task<Sealer> AddAsync(DbTransaction t, PersonId id, PersonProfile profile)
    {
        var (key, wrapped) = _test.Keyring.NewDataKey(Place.Of("person", id, 0));
        var listed = profile.IsProfessional ? await DirectoryVersion.NextAsync(t) : (long?)null;
        await t.Connection!.ExecuteAsync(
            "INSERT INTO person (person_id, data_key, version, profile, listed, created_at) VALUES (@person, @wrapped, 1, @profile, @listed, @now)",
            new { person = $"{id}", wrapped, profile = key.Seal(Place.Of("person", id, 1), profile, PeopleJson.Default.PersonProfile), listed, now = Now },
            t);
        await t.Connection!.ExecuteAsync(
            "INSERT INTO sign_in_name (name_hash, person_id) VALUES (@hash, @person)", new { hash = _test.Keyring.LookupHash("sign-in-name", profile.SignInName), person = $"{id}" }, t);
        using var hashing = new PasswordHashing(100);
        await t.Connection!.ExecuteAsync(
            "INSERT INTO sign_in_password (person_id, version, hash, changed_at) VALUES (@person, 1, @hash, @now)",
            new { person = $"{id}", hash = key.Seal(Place.Of("password", id, 1), Encoding.ASCII.GetBytes(await hashing.HashAsync(Password, Cancel))), now = Now },
            t);
        return key;
    }

    private async Task FillSecretsAsync(DbTransaction t, Sealer maya)
    {
        var (token, session) = (_test.Keyring.LookupHash("access-token", Token), _test.Keyring.LookupHash("session", Browser));
        await t.Connection!.ExecuteAsync(
            "INSERT INTO access_token (secret_hash, person_id, token_id, details) VALUES (@token, @person, @id, @details)",
            new
            {
                token, person = $"{_maya}", id = _device,
                details = maya.Seal(Place.Of("access-token", _maya, BinaryPrimitives.ReadInt64BigEndian(token)), new TokenDetails("scales", Now, null), PeopleJson.Default.TokenDetails),
            },
            t);
        long ends = Now + 100_000_000;
        await t.Connection!.ExecuteAsync(
            "INSERT INTO sign_in_session (secret_hash, person_id, session_id, details, last_used_at, ends_at) VALUES (@session, @person, @id, @details, @now, @ends)",
            new
            {
                session, person = $"{_maya}", id = $"{LocalId.New()}", now = Now, ends,
                details = maya.Seal(Place.Of("session", _maya, BinaryPrimitives.ReadInt64BigEndian(session)), new SessionDetails("browser", Now, ends), PeopleJson.Default.SessionDetails),
            },
            t);
    }

    private async Task FillRequestsAsync(DbTransaction t, Sealer patient, Sealer asker)
    {
        var names = new { patient = $"{_record}", id = $"{_request}", asker = $"{_lee}", refused = $"{_mallory}", now = Now };
        await t.Connection!.ExecuteAsync(
            "INSERT INTO access_request (patient_id, request_id, asker_id, details, asked_at) VALUES (@patient, @id, @asker, @details, @now)",
            new { names.patient, names.id, names.asker, details = patient.Seal(Place.Of("access-request", _lee, _request.Number), Ties.Terms, PeopleJson.Default.RequestTerms), names.now },
            t);
        var sent = new SentDetails("maya", Ties.Terms, $"{_record}");
        await t.Connection!.ExecuteAsync(
            "INSERT INTO sent_request (asker_id, request_id, version, details, asked_at) VALUES (@asker, @id, 1, @details, @now)",
            new { names.asker, names.id, details = asker.Seal(new Place("sent-request", (UInt128)unchecked((ulong)_request.Number), 1), sent, PeopleJson.Default.SentDetails), names.now },
            t);
        await t.Connection!.ExecuteAsync("INSERT INTO request_refusal (patient_id, asker_id, since) VALUES (@patient, @refused, @now)", names, t);
    }

    private async Task FillEmergencyAsync(DbTransaction t, Sealer patient)
    {
        var bits = new byte[8];
        _opening.WriteBytes(bits);
        var details = new EmergencyDetails("Dr Lee", [$"{_clinic}"], "unconscious", null, null, []);
        await t.Connection!.ExecuteAsync(
            "INSERT INTO emergency_opening (patient_id, opening_id, opened_by, version, details, opened_at) VALUES (@patient, @id, @by, 1, @details, @now)",
            new
            {
                patient = $"{_record}", id = $"{_opening}", by = $"{_lee}",
                details = patient.Seal(new Place("emergency-opening", BinaryPrimitives.ReadUInt64BigEndian(bits), 1), details, PeopleJson.Default.EmergencyDetails), now = Now,
            },
            t);
        foreach (string watcher in (string[])[$"{_sam}", $"{_clinic}"])
        {
            await t.Connection!.ExecuteAsync(
                "INSERT INTO emergency_watcher (watcher_id, patient_id, opening_id, opened_at) VALUES (@watcher, @patient, @id, @now)",
                new { watcher, patient = $"{_record}", id = $"{_opening}", now = Now },
                t);
        }
    }

    private Task AddInvitationAsync(DbTransaction t, Sealer inviter, PersonId person, LocalId id, string secret, PersonId? keptFor)
    {
        byte[] hash = _test.Keyring.LookupHash("circle-invitation", secret);
        long ends = Now + 1000;
        return t.Connection!.ExecuteAsync(
            "INSERT INTO circle_invitation (secret_hash, person_id, invitation_id, details, kept_for, ends_at) VALUES (@hash, @person, @id, @details, @keptFor, @ends)",
            new
            {
                hash, person = $"{person}", id = $"{id}", keptFor = keptFor?.ToString(), ends,
                details = inviter.Seal(Place.Of("circle-invitation", person, BinaryPrimitives.ReadInt64BigEndian(hash)), new InvitationDetails("friend", Now, ends), PeopleJson.Default.InvitationDetails),
            },
            t);
    }
}
