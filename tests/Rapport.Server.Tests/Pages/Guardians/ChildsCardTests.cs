using System.Net;
using System.Text.RegularExpressions;
using Rapport.Language;
using Rapport.Ledger;
using Rapport.Server.Pages.Emergency.Card;
using Rapport.Server.Pages.Ledger;
using Rapport.Server.Tests.Hosting;

namespace Rapport.Server.Tests.Pages;

/// <summary>The emergency card of a small child: made, printed, told when the record says something else, and ended by whoever looks after the child.</summary>
public sealed partial class ChildsCardTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WhoLooksAfterAChildMakesItsCardAndEachLookForItStandsInTheLedger()
    {
        var family = await Family.MoveInAsync(server);
        await family.BringAsync(server, Household.DemoRecord());
        var card = family.Acting + "/emergency-card";
        using var parent = await family.Parent.SignInAsync(server);
        Assert.Contains(card, await parent.ReadAsync(family.Acting));
        using var none = await parent.GetAsync(card);
        Assert.Equal(card + "/edit", none.Headers.Location?.ToString());
        var own = await family.OpenOwnAsync(server);
        var before = (await own.HistoryAsync(Cancel)).Deeds.Count;
        var form = WebUtility.HtmlDecode(await parent.ReadAsync(card + "/edit"));
        Assert.Contains(Say.Fill(EmergencyCardText.ChildNewHeading, Family.ChildsName), form);
        Assert.Contains("You, Sam, for Lena Castellanos", form);
        Assert.Contains("penicillin", form, StringComparison.OrdinalIgnoreCase);
        var looks = (await own.HistoryAsync(Cancel)).Deeds.Skip(before).ToList();
        Assert.Equal(2, looks.Count);
        Assert.All(looks, look => Assert.Equal((LedgerKind.Disclosed, family.Parent.Person.Reference, $"Patient/{family.Record}"), (look.Kind, look.Actor, look.OnBehalfOf)));

        var entries = Entry().Matches(form).Where(static match => match.Groups["more"].Value.Contains("checked", StringComparison.Ordinal)).Select(static match => ("entry", match.Groups["entry"].Value)).ToList();
        using var made = await parent.PostAsync(card + "/edit", card, [.. entries, ("contacts", "Sam, +34 600 123 456")]);
        Assert.Equal(card + "?done=made", made.Headers.Location?.ToString());
        var page = WebUtility.HtmlDecode(await parent.ReadAsync(card));
        Assert.Contains(Say.Fill(EmergencyCardText.ChildHeading, Family.ChildsName), page);
        Assert.Contains("penicillin", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Say.Fill(EmergencyCardText.ChildIsOld, Family.ChildsName), page);
        var paper = WebUtility.HtmlDecode(await parent.ReadAsync(card + "/paper?lang=en"));
        Assert.Contains("made by a parent or guardian", paper);
        Assert.Contains("Sam, +34 600 123 456", paper);
        Assert.Contains("<svg", paper);
        Assert.Contains("hecha por quien cuida", WebUtility.HtmlDecode(await parent.ReadAsync(card + "/file?lang=es")));
        var consented = (await own.HistoryAsync(Cancel)).Deeds.Last(static deed => deed.Kind == LedgerKind.Consented);
        Assert.Equal((family.Parent.Person.Reference, $"Patient/{family.Record}"), (consented.Actor, consented.OnBehalfOf));

        // What comes into the record later is told.
        await family.BringAsync(server, """{"resourceType":"AllergyIntolerance","clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical","code":"active"}]},"code":{"text":"Peanuts of the school"},"patient":{"display":"Lena"}}"""u8.ToArray());
        var old = WebUtility.HtmlDecode(await parent.ReadAsync(card));
        Assert.Contains(Say.Fill(EmergencyCardText.ChildIsOld, Family.ChildsName), old);
        Assert.Contains("Peanuts of the school", old);

        using var ended = await parent.PostAsync(card, card + "/end");
        Assert.Equal(card + "?done=ended", ended.Headers.Location?.ToString());
        Assert.Null(await own.Card.FindAsync(Cancel));
        Assert.Contains(WebUtility.HtmlEncode(Say.Fill(LedgerText.ActingFor, LedgerText.You, Family.ChildsName)), await parent.ReadAsync(family.Acting + "/ledger"));
        Assert.Empty(await own.CheckAsync(Cancel));
    }

    [Fact]
    public async Task ToEverybodyElseThereIsNoneAndItEndsWhenTheChildIsLetIn()
    {
        var family = await Family.MoveInAsync(server);
        await family.BringAsync(server, Household.DemoRecord());
        using var parent = await family.Parent.SignInAsync(server);
        var form = await parent.ReadAsync(family.Acting + "/emergency-card/edit");
        var entry = Entry().Match(form).Groups["entry"].Value;
        foreach (var resident in new[] { family.Home.Doctor, family.Home.Stranger, family.Home.Patient })
        {
            using var visitor = await resident.SignInAsync(server);
            await SeesNothingAsync(visitor, family, entry);
        }

        using var child = await family.LetInAsync(server);
        await SeesNothingAsync(parent, family, entry);
        Assert.Null(await (await family.OpenOwnAsync(server)).Card.FindAsync(Cancel));
    }

    private static async Task SeesNothingAsync(FormVisitor visitor, Family family, string entry)
    {
        var card = family.Acting + "/emergency-card";
        foreach (var path in new[] { card, card + "/edit", card + "/paper?lang=en", card + "/file?lang=en" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await visitor.GetAsync(path)).StatusCode);
        }

        using var made = await visitor.PostAsync("/account", card, ("entry", entry));
        Assert.Equal(HttpStatusCode.NotFound, made.StatusCode);
        using var ended = await visitor.PostAsync("/account", card + "/end");
        Assert.Equal(HttpStatusCode.NotFound, ended.StatusCode);
    }

    [GeneratedRegex("name=\"entry\" value=\"(?<entry>[^\"]+)\"(?<more>[^>]*)>", RegexOptions.NonBacktracking)]
    private static partial Regex Entry();
}
