using System.Net;
using System.Text.Json.Nodes;
using Rapport.Data;
using Rapport.Server.Tests.Api;
using Rapport.Server.Tests.Hosting;

namespace Rapport.Server.Tests.Leaks;

/// <summary>A case in two worlds: here with what stays home, there without it or with something else in its place. Whoever may not see it must not be able to tell them apart.</summary>
internal sealed class TwinWorlds(Plan plan, Side here, Side there) : IDisposable
{
    private const string Origin = "https://hospital.example/fhir/";

    /// <summary>What is looked at within an hour is one opening.</summary>
    public static readonly TimeSpan LongerThanAnOpening = TimeSpan.FromHours(2);

    public Plan Plan => plan;

    public Side Here => here;

    public Side There => there;

    /// <summary>Names of entries that a probe may ask for: those that are seen, those that are not, and one that nobody has.</summary>
    public IReadOnlyList<Planted> Entries => [.. Plan.Visible, .. Plan.HiddenHere];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<TwinWorlds> BuildAsync(Plan plan, RunningServer here, RunningServer there)
    {
        var worlds = new TwinWorlds(plan, await BuildAsync(plan, here, isHere: true), await BuildAsync(plan, there, isHere: false));

        // What is in the one world alone has a name in the other too, of something that nobody has.
        foreach (var hidden in plan.HiddenHere.Where(hidden => !worlds.There.Knows(hidden.Name)))
        {
            NameEntry(worlds.There, hidden.Name, $"{worlds.There.Text("patient")}.{LocalId.New()}");
        }

        if (plan.Ending == Ending.Looks)
        {
            await AskForWhatIsHiddenAsync(worlds);
        }

        return worlds;
    }

    /// <summary>
    /// The first of two openings is over. Who asks for what they may not see then begins none, or they would be told by when it ends that it is there: the second is for the knocks.
    /// </summary>
    private static async Task AskForWhatIsHiddenAsync(TwinWorlds worlds)
    {
        foreach (var side in new[] { worlds.Here, worlds.There })
        {
            side.Server.Clock.Advance(LongerThanAnOpening);
            foreach (var hidden in worlds.Plan.HiddenHere)
            {
                foreach (var path in new[] { $"/{hidden.Type}/<{hidden.Name}>", $"/{hidden.Type}/<{hidden.Name}>/_history", $"/{hidden.Type}?patient=<patient>&identifier={hidden.Words.Identifier}" })
                {
                    await side["doctor"].ReadAsync(side.Fill("/fhir" + path), ("X-Purpose-Of-Use", worlds.Plan.Purpose));
                }
            }

            side.Server.Clock.Advance(LongerThanAnOpening);
        }
    }

    public void Dispose()
    {
        Here.Dispose();
        There.Dispose();
    }

    /// <summary>One of the worlds of a case.</summary>
    internal static async Task<Side> BuildAsync(Plan plan, RunningServer server, bool isHere)
    {
        var side = new Side(server);
        var patient = await side.AddPeopleAsync(plan);
        side.Name("patient", patient.Record!.Value.ToString());
        NameEntry(side, "nothing", $"{patient.Record}.{LocalId.New()}");
        side.Name("nobody", PatientId.New().ToString());

        var (visible, hidden) = isHere ? (plan.Visible, plan.HiddenHere) : (plan.VisibleThere, plan.HiddenThere);
        var main = visible.Concat(hidden.Where(static one => one.File == 1));
        await ImportAsync(side, hidden.Where(static one => one.File == 0));
        await ImportAsync(side, main.Where(static one => one.Before is null).Concat(visible.Where(static one => one.Before is not null).Select(static one => one.Before! with { Name = one.Name })));
        await ImportAsync(side, visible.Where(static one => one.Before is not null));
        await ImportAsync(side, hidden.Where(static one => one.File == 2));
        foreach (var one in hidden)
        {
            side.Secrets.UnionWith(one.Secrets);

            // What is seen may refer to it: then its id is told, and nothing else.
            if (!visible.Any(seen => seen.Json.ToJsonString().Contains($"{one.Type}/{one.Name}\"", StringComparison.Ordinal)))
            {
                side.Secrets.Add(side.Text(one.Name));
            }
        }

        side.Secrets.UnionWith(visible.SelectMany(static one => one.Before?.Secrets ?? []));
        await side.ShareAsync(plan, isHere);
        return side;
    }

    /// <summary>Brings resources into the record in one file, and names what they became.</summary>
    internal static async Task ImportAsync(Side side, IEnumerable<Planted> brought)
    {
        var resources = brought.ToList();
        if (resources.Count == 0)
        {
            return;
        }

        var bundle = new JsonObject
        {
            ["resourceType"] = "Bundle",
            ["type"] = "collection",
            ["entry"] = new JsonArray([.. resources.Select(static one => new JsonObject { ["fullUrl"] = $"{Origin}{one.Type}/{one.Name}", ["resource"] = one.Json.DeepClone() })]),
        };
        var answer = await side["ada"].PostAsync("/fhir?confirm=identity", bundle.ToJsonString().Replace("\"reference\":\"Patient/p\"", $"\"reference\":\"Patient/{side.Text("patient")}\"", StringComparison.Ordinal));
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Body);
        var entries = answer.Entries;
        Assert.Equal(resources.Count, entries.Count);
        for (var i = 0; i < entries.Count; i++)
        {
            var location = (string)entries[i]["response"]!["location"]!;
            NameEntry(side, resources[i].Name, location.Split('/')[^3]);
        }
    }

    internal static void NameEntry(Side side, string name, string id)
    {
        side.Name(name, id);

        // The patient's own entry has the id of the record, and a cursor calls it 0.
        side.Name(name + "'", id.Split('.') is [_, var local] ? local : "0");
    }
}
