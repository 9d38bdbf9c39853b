using System.Net;
using System.Text.RegularExpressions;
using Rapport.Data;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Pages.Record.Reading;
using Rapport.Server.Tests.Api;
using Rapport.Server.Tests.Hosting;
using Rapport.Server.Tests.LinksGiven;

namespace Rapport.Server.Tests.Leaks;

/// <summary>
/// What a patient sees through somebody's eyes is, entry by entry, what these get when they ask, however it is shared and with whom; and each entry that stays home says which rule keeps it. The cases are those of the battery.
/// </summary>
public sealed partial class SeeAsExactlyTests
{
    private const int Cases = 26, Candidates = 400;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Through_whosever_eyes_each_entry_is_one_that_they_get_and_each_that_stays_home_says_why()
    {
        await using var server = new RunningServer();
        await server.InitializeAsync();
        HashSet<string> receivers = [];
        var entries = (Seen: 0, Home: 0);
        foreach (var plan in Choose())
        {
            using var side = await TwinWorlds.BuildAsync(plan, server, isHere: true);
            await AddPatientsPageAsync(side);
            var who = side.Text(WhoOf(plan));
            var gets = await EverythingAsync(side["doctor"], side, plan.Purpose);
            var all = await EverythingAsync(side["ada"], side, null);
            await AssertIsExactAsync(side, $"seed {plan.Seed}, {plan.Sharing} with {plan.Receiver}, {plan.Ending}, {plan.Passing}", who, plan.Purpose, gets, all);
            entries = (entries.Seen + gets.Count, entries.Home + all.Count - gets.Count);
            if (gets.Count > 0)
            {
                receivers.Add(WhoOf(plan));
            }
        }

        Assert.Equal(["app", "clinic", "doctor", "role", "team"], receivers.Order());
        Assert.True(entries is { Seen: > 100, Home: > 100 }, $"{entries}");
    }

    [Fact]
    public async Task Through_the_eyes_of_whoever_has_a_link_each_entry_is_one_that_it_opens()
    {
        await using var server = new RunningServer();
        await server.InitializeAsync();
        foreach (var plan in Choose().Where(static plan => plan.Types.Count < Sketch.Types.Count).Take(5))
        {
            using var side = await TwinWorlds.BuildAsync(plan, server, isHere: true);
            var person = await AddPatientsPageAsync(side);
            var types = plan.Types.Where(static type => type != "Patient").ToList();
            var made = await side["ada"].PostAsync("/api/links", $$"""{"label":"For Dr Meyer","what":{"types":["{{string.Join("\",\"", types)}}"]} }""");
            Assert.True(made.Status == HttpStatusCode.Created, made.Body);
            using var holder = new LinkHolder(server, (string)made.Json["shlink"]!);
            var opened = (await holder.OpenAsync()).SelectMany(static file => file["entry"]?.AsArray() is { } within ? within.Select(static one => one!["resource"]!) : [file])
                .Where(one => types.Contains((string)one["resourceType"]!)).Select(static one => $"{one["resourceType"]}/{one["id"]}").ToHashSet();
            Assert.NotEmpty(opened);
            var all = await EverythingAsync(side["ada"], side, null);
            var own = (await server.Modules.Records.Compartments.OpenOwnAsync(person.Record!.Value, new Actor(person.Id, person.Reference, person.DisplayName, person.RecipientReferences), Cancel))!;
            await AssertIsExactAsync(side, $"seed {plan.Seed}, a link", Assert.Single(await own.Links.ListAsync(Cancel)).Holder, "TREAT", opened, all, static type => type is not "Patient");
        }
    }

    /// <summary>Cases in which one recipient alone is meant: each way of sharing, with each kind of recipient.</summary>
    private static List<Plan> Choose()
    {
        var candidates = Enumerable.Range(1, Candidates).Select(static seed => new Plan(seed)).Where(static plan =>
            plan is { DeniesWhoKnocks: false, Ending: Ending.None or Ending.Treatment or Ending.TreatmentOver, Sharing: not (Sharing.OtherPurpose or Sharing.Opinion or Sharing.Emergency) }).ToList();
        HashSet<string> asked = [];
        List<Plan> chosen = [];
        while (chosen.Count < Cases)
        {
            var next = candidates.MaxBy(plan => Ways(plan).Count(way => !asked.Contains(way)))!;
            candidates.Remove(next);
            chosen.Add(next);
            asked.UnionWith(Ways(next));
        }

        return chosen;

        static IEnumerable<string> Ways(Plan plan) => [.. plan.Ways, $"{plan.Sharing} with {WhoOf(plan)}", $"{plan.Receiver} {plan.Passing}"];
    }

    private static string WhoOf(Plan plan) => (plan.IsPassedOn, plan.Receiver) switch
    {
        (true, _) => plan.IsPassedOnToClinic ? "clinic" : "doctor",
        (_, Receiver.Organisation) => "clinic",
        (_, Receiver.Team) => "team",
        (_, Receiver.Role) => "role",
        (_, Receiver.App) => "app",
        _ => "doctor",
    };

    private static async Task<Person> AddPatientsPageAsync(Side side)
    {
        var person = (await side.Server.Modules.People.Accounts.FindAsync(PersonId.Parse(side.Text("adaid")), Cancel))!;
        await side.AddVisitorAsync("ada-page", person);
        return person;
    }

    private static async Task<HashSet<string>> EverythingAsync(HttpClient client, Side side, string? purpose)
    {
        var all = await client.ReadAsync(side.Fill("/fhir/Patient/<patient>/$everything?_count=1000"), purpose is null ? [] : [("X-Purpose-Of-Use", purpose)]);
        return all.Status == HttpStatusCode.OK ? [.. all.Resources.Select(static one => $"{one["resourceType"]}/{one["id"]}").Where(static one => !one.StartsWith("Consent/", StringComparison.Ordinal))] : [];
    }

    private static async Task AssertIsExactAsync(Side side, string what, string who, string purpose, HashSet<string> gets, HashSet<string> all, Func<string, bool>? isMeant = null)
    {
        HashSet<string> seen = [], home = [];
        foreach (var kind in Kind.All)
        {
            seen.UnionWith((await ListAsync("seen", kind)).Select(static row => row.Entry));
            foreach (var (entry, reason) in await ListAsync("home", kind))
            {
                home.Add(entry);
                Assert.True(Rule().IsMatch(reason), $"{what}: {entry} stays home without a rule: {reason}");
            }
        }

        seen.RemoveWhere(entry => isMeant?.Invoke(entry.Split('/')[0]) == false);
        Assert.True(seen.SetEquals(gets), $"{what}: they get {string.Join(", ", gets.Except(seen))} that is not shown, and are shown to get {string.Join(", ", seen.Except(gets))}");
        home.RemoveWhere(static entry => entry.StartsWith("Consent/", StringComparison.Ordinal));

        // Whom no agreement in force names is nobody to look through the eyes of.
        Assert.True((seen.Count == 0 && home.Count == 0) || home.SetEquals(all.Except(gets).Where(entry => isMeant?.Invoke(entry.Split('/')[0]) != false || home.Contains(entry))), $"{what}: at home are {string.Join(", ", home.Except(all))} that are not there, and not {string.Join(", ", all.Except(gets).Except(home))}");

        async Task<IReadOnlyList<(string Entry, string Reason)>> ListAsync(string on, Kind kind)
        {
            var page = await side["ada-page"].ReadAsync($"/share/see/items?who={Uri.EscapeDataString(who)}&for={purpose}&in={on}.{kind.Name}");
            return page.Status == HttpStatusCode.OK ? [.. page.Body.Split("class=\"row-text\"")[1..].Select(static row => (Entry().Match(row).Groups["entry"].Value, WebUtility.HtmlDecode(Reason().Match(row).Groups["reason"].Value)))] : [];
        }
    }

    [GeneratedRegex("href=\"[^\"]*?/(?<entry>[A-Z][A-Za-z]+/[^\"/?]+)\"", RegexOptions.NonBacktracking)]
    private static partial Regex Entry();

    /// <summary>The last of what is told about an entry.</summary>
    [GeneratedRegex("<span>(?<reason>(?:Stays home|Shared)[^<]*)</span>", RegexOptions.NonBacktracking)]
    private static partial Regex Reason();

    /// <summary>What keeps it: an agreement that withholds it, a mark that none names, what the agreements include, that there is none, or what was passed on.</summary>
    [GeneratedRegex("^Stays home: (?:your agreement.* withholds .+|marked as .+, and no agreement names that for .+|it is an agreement, and no agreement names those|what you share with .+ for .+ does not include it|no agreement shares it with .+|what .+ passed on does not include it now|you share with .+, but not for .+|you let .+ use your record, but not for .+|your agreement.* (?:began|begins|ended) .+)$", RegexOptions.NonBacktracking)]
    private static partial Regex Rule();
}
