using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Rapport.Data;
using Rapport.Ledger;
using Rapport.TestKit;

namespace Rapport.Records.Tests;

/// <summary>Signed cards that a patient makes: what stands on one was disclosed first, and ending its agreement puts its number on the public list.</summary>
public abstract class CardsContract(TestDatabase test) : RecordsContract(test)
{
    [Fact]
    public async Task A_card_is_a_disclosure_and_signed_with_a_key_that_everybody_can_read()
    {
        var maya = await NewPatientAsync();
        await maya.AddAsync([Make.Observation(maya), Make.Condition(maya)]);

        var card = (await MakeAsync(maya, ["Observation"]))!;

        var told = (await maya.ReadLedgerAsync())[0].Details!;
        Assert.Equal((LedgerKind.Disclosed, IssuedCard.HolderOf(maya.Id, card.Id), "PATRQT", CardNote.Issued, 1), (told.Kind, told.Actor, told.Purpose, told.Note, told.EntryCount));
        Assert.Equal([$"{maya.Id}.{card.Id}"], told.Consents);
        Assert.Equal(["Observation"], card.Lines);
        var key = (await OtherNode.CardKeys.ListAsync(Cancel)).Single(key => key.Kid == card.Number.Kid);
        using var ecdsa = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = key.Point });
        Assert.True(ecdsa.VerifyData("a.card"u8, Base64Url.DecodeFromChars(card.Jws.AsSpan("a.card.".Length)), HashAlgorithmName.SHA256));
        Assert.Equal(card.Jws, Assert.Single(await (await OpenAsync(maya, OtherNode)).Own.Cards.ListAsync(Cancel)).Jws);
        await maya.VerifyAsync();
    }

    [Fact]
    public async Task What_is_denied_or_only_shared_with_everybody_does_not_stand_on_it()
    {
        var maya = await NewPatientAsync();
        await maya.AddAsync([Make.Observation(maya), Make.Condition(maya)]);
        await maya.Own.PutConsentAsync(null, TestPatient.Parse(Make.Consent(maya, Make.Provision("permit", types: ["Condition"]))), null, Cancel);
        Assert.Equal(["Observation"], (await MakeAsync(maya, ["Observation"]))!.Lines);
        var deny = Make.Consent(maya, Make.Provision("deny", types: ["Observation"]));
        deny["policyRule"] = Make.Concept("http://terminology.hl7.org/CodeSystem/v3-ActCode", "OPTOUT", null);
        await maya.Own.PutConsentAsync(null, TestPatient.Parse(deny), null, Cancel);
        Assert.Null(await MakeAsync(maya, ["Observation"]));
        Assert.Single(await maya.Own.Cards.ListAsync(Cancel));
    }

    [Fact]
    public async Task Its_number_is_published_when_its_agreement_ends_and_when_the_record_is_erased()
    {
        var maya = await NewPatientAsync();
        await maya.AddAsync(Make.Observation(maya));
        var (first, second) = ((await MakeAsync(maya, ["Observation"]))!, (await MakeAsync(maya, ["Observation"]))!);
        Assert.DoesNotContain(first.Number.Rid, await Records.CardKeys.RevokedAsync(first.Number.Kid, Cancel));

        await maya.RevokeAsync(first.Id, Agreement(maya, first.Id, ["Observation"]));

        Assert.Contains(first.Number.Rid, await OtherNode.CardKeys.RevokedAsync(first.Number.Kid, Cancel));
        Assert.DoesNotContain(second.Number.Rid, await OtherNode.CardKeys.RevokedAsync(first.Number.Kid, Cancel));
        Assert.Equal([true, false], new[] { first, second }.Select(card => maya.Own.Cards.FindAsync(card.Id, Cancel).Result!.IsRevoked));
        await maya.Own.EraseAsync(Cancel);
        Assert.Contains(second.Number.Rid, await Records.CardKeys.RevokedAsync(first.Number.Kid, Cancel));
        Assert.Empty(await Rows.ReadAsync<string>(Test.Database, $"SELECT card_id FROM health_card WHERE patient_id = '{maya.Id}'"));
    }

    [Fact]
    public async Task A_new_key_signs_and_what_the_old_one_signed_can_be_checked_until_it_is_removed()
    {
        var maya = await NewPatientAsync();
        await maya.AddAsync(Make.Observation(maya));
        var before = (await MakeAsync(maya, ["Observation"]))!;

        var renewed = await OtherNode.CardKeys.RenewAsync(Cancel);

        Assert.Equal(renewed.Kid, (await MakeAsync(maya, ["Observation"]))!.Number.Kid);
        Assert.Equal([false, true], new[] { before.Number.Kid, renewed.Kid }.Select(kid => Records.CardKeys.ListAsync(Cancel).Result.Single(key => key.Kid == kid).Signs));
        Assert.Empty(await Rows.ReadAsync<string>(Test.Database, $"SELECT kid FROM card_key WHERE kid = '{before.Number.Kid}' AND private_key IS NOT NULL"));
        Assert.True(await Records.CardKeys.RemoveAsync(before.Number.Kid, Cancel));
        Assert.False(await Records.CardKeys.RemoveAsync(before.Number.Kid, Cancel));
        Assert.DoesNotContain(await OtherNode.CardKeys.ListAsync(Cancel), key => key.Kid == before.Number.Kid);
    }

    [Fact]
    public async Task Nothing_of_a_card_or_of_a_private_key_stands_in_clear()
    {
        var maya = await NewPatientAsync();
        await maya.AddAsync(Make.Observation(maya));
        var card = (await MakeAsync(maya, ["Observation"]))!;
        var rows = await Rows.ReadAsync<byte[]>(Test.Database, $"SELECT body FROM health_card WHERE patient_id = '{maya.Id}' UNION ALL SELECT private_key FROM card_key WHERE kid = '{card.Number.Kid}'");
        Assert.Equal(2, rows.Count);
        var all = Encoding.Latin1.GetString([.. rows.SelectMany(row => row)]);
        Assert.All(["a.card", "For the school", "Observation"], secret => Assert.DoesNotContain(secret, all, StringComparison.Ordinal));
        using var key = ECDsa.Create();
        Assert.ThrowsAny<CryptographicException>(() => key.ImportPkcs8PrivateKey(rows.Single(row => row.Length < 400 && row != rows[0]), out _));
    }

    [Fact]
    public async Task As_many_cards_are_good_at_once_as_may_be_and_whoever_takes_some_back_makes_others()
    {
        var maya = await NewPatientAsync();
        await maya.AddAsync(Make.Observation(maya));
        List<IssuedCard> cards = [];
        while (cards.Count < IssuedCard.Most)
        {
            for (var i = 0; i < IssuedCard.MostADay; i++)
            {
                cards.Add((await MakeAsync(maya, ["Observation"]))!);
            }

            Assert.Null(await MakeAsync(maya, ["Observation"]));
            Clock.Advance(TimeSpan.FromDays(1));
        }

        Assert.Null(await MakeAsync(maya, ["Observation"]));
        foreach (var card in cards.Take(2))
        {
            await maya.RevokeAsync(card.Id, Agreement(maya, card.Id, ["Observation"]));
            Assert.NotNull(await MakeAsync(maya, ["Observation"]));
        }

        Assert.Null(await MakeAsync(maya, ["Observation"]));
    }

    private Task<IssuedCard?> MakeAsync(TestPatient patient, string[] types) => Records.Cards.IssueAsync(
        patient.Own,
        new CardWish("For the school", "Whoever is shown the card ‘For the school’", "PATRQT", null),
        id => TestPatient.Parse(Agreement(patient, id, types)),
        new RecordQuery.Everything(),
        (disclosure, _, _) => Task.FromResult<UnsignedCard?>(new UnsignedCard("a.card", [.. disclosure.Entries.Select(entry => entry.ResourceType)])),
        Cancel);

    private static JsonObject Agreement(TestPatient patient, LocalId card, string[] types) =>
        Make.Consent(patient, Make.Provision("permit", IssuedCard.HolderOf(patient.Id, card), types));
}

public sealed class CardsOnSqlite(SqliteTestDatabase test) : CardsContract(test), IClassFixture<SqliteTestDatabase>;

public sealed class CardsOnPostgres(PostgresTestDatabase test) : CardsContract(test), IClassFixture<PostgresTestDatabase>;
