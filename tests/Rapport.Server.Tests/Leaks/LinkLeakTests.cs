using System.Net;
using System.Text.RegularExpressions;
using Rapport.Server.Tests.Api;
using Rapport.Server.Tests.Hosting;
using Rapport.Server.Tests.LinksGiven;

namespace Rapport.Server.Tests.Leaks;

/// <summary>Whoever has a link cannot tell what else is in the record: neither by the manifest and its files, opened with the link's key, nor on the page where links are opened.</summary>
public sealed partial class LinkLeakTests
{
    private static readonly Sharing[] Ways = [Sharing.All, Sharing.Kinds, Sharing.Dates, Sharing.Codes, Sharing.Items];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WhatIsNotBehindALinkLeavesNoTrace()
    {
        await using var here = new RunningServer();
        await using var there = new RunningServer();
        await here.InitializeAsync();
        await there.InitializeAsync();
        var battery = new Battery();
        var plans = Enumerable.Range(20, 2000).Select(static seed => new Plan(seed)).Where(static plan => Ways.Contains(plan.Sharing) && plan.Ending == Ending.None && plan.Receiver != Receiver.Parent && !plan.IsPassedOn);
        foreach (var plan in plans.Take(8).Concat(plans.Where(static plan => plan.Sharing == Sharing.All && IsOutdone(plan)).Take(2)))
        {
            using var worlds = await TwinWorlds.BuildAsync(plan, here, there);
            await KnockAsync(battery, worlds, "whole", What(plan), "");
            await KnockAsync(battery, worlds, "direct", What(plan), ",\"direct\":true");
            if (plan.Sharing == Sharing.All)
            {
                await KnockAsync(battery, worlds, "short", "\"summary\"", "");
            }

            if (plan.Sharing == Sharing.Kinds)
            {
                await KnockAsync(battery, worlds, "kept", What(plan), ",\"passcode\":\"s3cret\"");
                await KnockAsync(battery, worlds, "over", What(plan), ",\"openings\":1");
            }
        }

        Assert.True(battery.Findings.Count == 0, string.Join("\n\n", battery.Findings));
    }

    /// <summary>Whether a result that stays home is newer than one of its code that is seen: a summary of the newest of each is by what is seen alone.</summary>
    private static bool IsOutdone(Plan plan) => plan.HiddenHere.Any(hidden => hidden.Type == "Observation" && plan.Visible.Any(
        seen => seen.Type == "Observation" && seen.Words.Code == hidden.Words.Code && string.CompareOrdinal(seen.Words.Date, hidden.Words.Date) < 0));

    /// <summary>The same as a consent of this way gives, as a link says it.</summary>
    private static string What(Plan plan)
    {
        var types = string.Join(',', plan.Types.Select(static type => $"\"{type}\""));
        return plan.Sharing switch
        {
            Sharing.Dates => $$"""{"types":[{{types}}],"from":"2025-07-01","to":"2026-05-31"}""",
            Sharing.Codes => $$"""{"types":[{{types}}],"codes":["http://loinc.org|2339-0","http://loinc.org|29463-7","http://snomed.info/sct|195967001","urn:example:codes|V-1","urn:example:codes|V-2"]}""",
            Sharing.Items => $$"""{"entries":[{{string.Join(',', plan.Visible.Select(static one => $"\"{one.Type}/<{one.Name}>\""))}}]}""",
            _ => $$"""{"types":[{{types}}]}""",
        };
    }

    private static async Task KnockAsync(Battery battery, TwinWorlds worlds, string name, string what, string more)
    {
        var knock = new Knock("link", "nobody", $"a link `{name}` of {what}");
        var (here, there) = (await OpenAsync(worlds.Here, name, what, more), await OpenAsync(worlds.There, name, what, more));
        var (marksHere, marksThere) = (new Marks(worlds.Here.Secrets), new Marks(worlds.There.Secrets.Append("never said")));
        Assert.Equal(here.Count, there.Count);
        for (var i = 0; i < here.Count; i++)
        {
            battery.Look(worlds, knock, marksHere, here[i].ToString(), worlds.Here.Fill(what));
            battery.Look(worlds, knock, marksThere, there[i].ToString(), worlds.There.Fill(what));
            battery.Compare(worlds, knock with { Path = $"{knock.Path}, answer {i}" }, here[i], there[i]);
        }
    }

    /// <summary>All answers that a holder gets, with files opened.</summary>
    private static async Task<IReadOnlyList<Answer>> OpenAsync(Side side, string name, string what, string more)
    {
        var asked = new StringContent($$"""{"label":"{{name}}"{{more}},"what":{{side.Fill(what)}}}""", new System.Net.Http.Headers.MediaTypeHeaderValue("application/json"));
        var made = await side["ada"].AskAsync(HttpMethod.Post, "/api/links", asked);
        Assert.True(made.Status == HttpStatusCode.Created, made.Body);
        var shlink = (string)made.Json["shlink"]!;
        using var holder = new LinkHolder(side.Server, shlink);
        var secret = holder.Url.Split('/')[^1];
        side.Name(name + "link", shlink);
        side.Name(name + "secret", secret);
        side.Name(name + "id", (string)made.Json["id"]!);
        side.Name(name + "local", ((string)made.Json["id"]!).Split('.')[1]);
        List<Answer> answers = [];
        if (name == "direct")
        {
            var file = await side["nobody"].ReadAsync($"{holder.Url}?recipient=Dr%20Meyer");
            answers.Add(file with { Headers = Without(file), Body = holder.Open(file.Body).ToJsonString() });
        }
        else
        {
            var passcode = more.Contains("passcode", StringComparison.Ordinal) ? "s3cret" : null;
            answers.Add(await OpenedAsync(holder, await holder.KnockAsync("wrong", "x")));
            answers.Add(await OpenedAsync(holder, await holder.KnockAsync(passcode, embedded: 1_000_000)));
            answers.Add(await OpenedAsync(holder, await holder.KnockAsync(passcode, embedded: 10)));
            if (name != "over")
            {
                await ReadAsPageAsync(side, shlink, passcode, answers);
            }
        }

        answers.Add(await side["nobody"].AskAsync(HttpMethod.Delete, $"/api/links/{made.Json["id"]}"));
        Assert.Equal(HttpStatusCode.NoContent, (await side["ada"].AskAsync(HttpMethod.Delete, $"/api/links/{made.Json["id"]}")).Status);
        answers.Add(await holder.KnockAsync());
        return answers;
    }

    private static async Task ReadAsPageAsync(Side side, string shlink, string? passcode, List<Answer> answers)
    {
        var page = await side.SendFormAsync("nobody", "/open", "/open", ("link", shlink), ("who", "Dr Meyer"), ("for", "a visit"), ("passcode", passcode ?? ""));
        answers.Add(page);
        foreach (Match file in Document().Matches(page.Body))
        {
            answers.Add(await side["nobody"].ReadAsync(WebUtility.HtmlDecode(file.Groups["href"].Value)));
        }

        answers.Add(await side["nobody"].ReadAsync("/open/document?at=x"));
        foreach (var pass in new[] { page.Body.Split("name=\"pass\" value=\"") is [_, var rest, ..] ? rest.Split('"')[0] : "none", "forged" })
        {
            using var reply = new MultipartFormDataContent("----a-boundary") { { new StringContent(pass), "pass" }, { new StringContent("take it easy"), "note" } };
            answers.Add(await side["nobody"].AskAsync(HttpMethod.Post, "/open/reply", reply));
            answers.Add(await side.SendFormAsync("nobody", "/open", "/open/came", ("pass", pass), ("came", "read-only"), ("words", "")));
        }
    }

    /// <summary>A manifest with what is in its files: what packs and seals them makes their length random.</summary>
    private static async Task<Answer> OpenedAsync(LinkHolder holder, Answer manifest)
    {
        if (manifest.Status != HttpStatusCode.OK)
        {
            return manifest;
        }

        var opened = await holder.FilesAsync(manifest);
        var json = manifest.Json.DeepClone();
        foreach (var (file, content) in json["files"]!.AsArray().Zip(opened))
        {
            file!["location"] = "";
            file["embedded"] = file["embedded"] is null ? "fetched" : "here";
            file["opened"] = content.DeepClone();
        }

        return manifest with { Headers = Without(manifest), Body = json.ToJsonString() };
    }

    private static IReadOnlyList<string> Without(Answer answer) => [.. answer.Headers.Where(static header => !header.StartsWith("Content-Length", StringComparison.Ordinal))];

    [GeneratedRegex("href=\"(?<href>/open/document[^\"]+)\"", RegexOptions.NonBacktracking)]
    private static partial Regex Document();
}
