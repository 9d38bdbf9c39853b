using System.Globalization;
using System.Net;
using System.Text;
using Rapport.Data;
using Rapport.Gathering;
using Rapport.Records;
using Rapport.Server.Tests.Api;
using Rapport.Server.Tests.Hosting;

namespace Rapport.Server.Tests.Leaks;

/// <summary>What stands behind entries: the months of a series that stay home show in no chart and no roll-up of those that do not; neither do a curve or a document.</summary>
public sealed class MeasuredLeakTests
{
    private static readonly string[] Spans = ["", "?span=year", "?span=month&on=2026-04-10", "?span=day&on=2026-04-10", "?span=hour&on=2026-04-10T07", "?span=month&on=2025-06-10", "?span=day&on=2025-06-10", "?span=all"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WhatIsMeasuredAndStaysHomeLeavesNoTrace()
    {
        await using var here = new RunningServer();
        await using var there = new RunningServer();
        await here.InitializeAsync();
        await there.InitializeAsync();
        var plan = Enumerable.Range(0, 1000).Select(static seed => new Plan(seed)).First(static plan => plan is { Sharing: Sharing.Dates, IsAbsent: true, IsPlain: true });
        using var worlds = await TwinWorlds.BuildAsync(plan, here, there);
        await GatherAsync(worlds.Here, isHere: true);
        await GatherAsync(worlds.There, isHere: false);
        var battery = new Battery();
        foreach (var name in new[] { "april", "may", "june", "curve", "oldcurve", "doc", "olddoc" })
        {
            var type = name.EndsWith("doc", StringComparison.Ordinal) ? "Binary" : "Observation";
            var behind = type == "Binary" ? ["", "/content"] : name.EndsWith("curve", StringComparison.Ordinal) ? ["", "/ecg"] : (string[])["", "/chart", .. Spans.Select(static span => "/series" + span)];
            foreach (var path in behind)
            {
                await battery.KnockAsync(worlds, new Knock("pages", "doctor-page", $"/shared/<patient>/{type}/<{name}>{path}"));
                await battery.KnockAsync(worlds, new Knock("pages", "stranger-page", $"/shared/<patient>/{type}/<{name}>{path}"));
            }

            await battery.KnockAsync(worlds, new Knock("read", "doctor", $"/fhir/{type}/<{name}>"));
        }

        foreach (var path in new[] { "", "/summary", "?kind=results", "?q=heart", "?from=2025&to=2025" })
        {
            await battery.KnockAsync(worlds, new Knock("pages", "doctor-page", "/shared/<patient>" + path));
        }

        await battery.KnockAsync(worlds, new Knock("everything", "doctor", "/fhir/Patient/<patient>/$everything"));
        Assert.True(battery.Findings.Count == 0, string.Join("\n\n", battery.Findings));

        // What is not hidden is there, or nothing was proved.
        foreach (var path in new[] { "Observation/<april>/series", "Observation/<curve>/ecg", "Binary/<doc>/content" })
        {
            Assert.Equal(HttpStatusCode.OK, (await worlds.Here["doctor-page"].ReadAsync(worlds.Here.Fill("/shared/<patient>/" + path))).Status);
        }
    }

    private static async Task GatherAsync(Side side, bool isHere)
    {
        var owner = (await side.Server.Modules.People.Accounts.FindByReferenceAsync("Patient/" + side.Text("patient"), Cancel))!;
        var own = (await side.Server.Modules.Records.Compartments.OpenOwnAsync(
            PatientId.Parse(side.Text("patient")), new Actor(owner.Id, owner.Reference, owner.DisplayName, owner.RecipientReferences), Cancel))!;
        var taken = await Importer.ImportAsync(own, SourceContent.Of("export.xml", Encoding.UTF8.GetBytes(Pulse(isHere))), new ImportOptions { SourceName = "export.xml", IdentityConfirmed = true }, Cancel);
        Assert.Equal(ImportStatus.Taken, taken.Status);
        await AddAsync(side, "curve", "Observation", Curve("2026-04-10"));
        await AddAsync(side, "doc", "Binary", Document("a letter about the knee"));
        if (isHere)
        {
            await AddAsync(side, "oldcurve", "Observation", Curve("2024-04-10"));
            await AddAsync(side, "olddoc", "Binary", Document("zqoldletter99"));
        }

        foreach (var name in new[] { "oldcurve", "olddoc" }.Where(name => !side.Knows(name)))
        {
            TwinWorlds.NameEntry(side, name, $"{side.Text("patient")}.{LocalId.New()}");
        }

        foreach (var (name, month) in new[] { ("april", "2026-04"), ("may", "2026-05"), ("june", "2025-06") })
        {
            var found = (await side["ada"].ReadAsync($"/fhir/Observation?code=http://loinc.org%7C8867-4&date={month}")).Resources;
            Assert.Equal(isHere || name != "june" ? 1 : 0, found.Count);
            TwinWorlds.NameEntry(side, name, found.Count == 1 ? (string)found[0]["id"]! : $"{side.Text("patient")}.{LocalId.New()}");
        }

        side.Secrets.Add("zqoldletter99");
        side.Secrets.Add(side.Text("june"));
        side.Secrets.Add(side.Text("oldcurve"));
        side.Secrets.Add(side.Text("olddoc"));
        var consent = Samples.Consent(side.Text("doctor"), "Binary").Replace("\"class\"", $"\"data\":[{{\"meaning\":\"instance\",\"reference\":{{\"reference\":\"Binary/{side.Text("doc")}\"}}}}],\"class\"", StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Created, (await side["ada"].PostAsync("/fhir/Consent", consent)).Status);
    }

    private static async Task AddAsync(Side side, string name, string type, string json)
    {
        var answer = await side["ada"].PostAsync("/fhir", side.Fill(json));
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Body);
        TwinWorlds.NameEntry(side, name, answer.Entries.Select(static entry => (string)entry["response"]!["location"]!).First(at => at.Contains($"/{type}/", StringComparison.Ordinal)).Split('/')[^3]);
    }

    /// <summary>Three mornings of each month; here also of months that the agreement leaves out, with other values.</summary>
    private static string Pulse(bool isHere)
    {
        var xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?><HealthData locale=\"en_US\"><ExportDate value=\"2026-05-31 12:00:00 +0000\"/>");
        foreach (var (month, value) in isHere ? [("2025-05", 141), ("2025-06", 163), ("2026-04", 61), ("2026-05", 71)] : new[] { ("2026-04", 61), ("2026-05", 71) })
        {
            for (var day = 9; day < 12; day++)
            {
                for (var hour = 6; hour < 9; hour++)
                {
                    xml.Append(CultureInfo.InvariantCulture, $"<Record type=\"HKQuantityTypeIdentifierHeartRate\" sourceName=\"Watch\" unit=\"count/min\" startDate=\"{month}-{day:00} {hour:00}:00:00 +0000\" endDate=\"{month}-{day:00} {hour:00}:00:00 +0000\" value=\"{value + hour}\"/>");
                }
            }
        }

        return xml.Append("</HealthData>").ToString();
    }

    private static string Curve(string day) => $$$"""
        {"resourceType":"Observation","id":"ecg{{{day}}}","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"11524-6"}]},"subject":{"reference":"Patient/<patient>"},"effectiveDateTime":"{{{day}}}T08:00:00Z",
         "component":[{"code":{"text":"Lead I"},"valueSampledData":{"origin":{"value":0,"code":"uV","system":"http://unitsofmeasure.org"},"period":5,"dimensions":1,"data":"0 0 1000 0 E 500"}}]}
        """;

    private static string Document(string words) => $$"""{"resourceType":"Binary","id":"letter{{words.Length}}","contentType":"text/plain","data":"{{Convert.ToBase64String(Encoding.UTF8.GetBytes(words))}}"}""";
}
