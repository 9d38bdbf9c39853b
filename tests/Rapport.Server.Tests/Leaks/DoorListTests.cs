using System.Text.RegularExpressions;
using Rapport.Server.Tests.Hosting;
using Rapport.TestKit;

namespace Rapport.Server.Tests.Leaks;

/// <summary>Every endpoint stands on the list of doors, with the probe that knocks on it or why none needs to.</summary>
public sealed partial class DoorListTests(RunningServer server) : IClassFixture<RunningServer>
{
    /// <summary>A new endpoint needs a line in <c>doors.txt</c>: docs/leak-battery.md tells how.</summary>
    [Fact]
    public void EveryEndpointStandsOnTheListOfDoorsOnce()
    {
        var listed = DoorList.Read().Select(static door => door.Key).ToList();
        var there = DoorList.Of(server.App);
        Assert.Empty(there.Except(listed));
        Assert.Empty(listed.Except(there));
        Assert.Equal(listed.Count, listed.Distinct().Count());
    }

    [Fact]
    public void WhatIsNotProbedSaysWhyAndWhatIsNamesKnownProbes()
    {
        foreach (var door in DoorList.Read())
        {
            Assert.True(door.Kind != DoorKind.None || door.Rest.Length > 10, $"{door.Key} does not say why it needs no probe");
            Assert.True(door.Kind != DoorKind.Gate || door.Probes.Count > 0, $"{door.Key} names no probe");
            Assert.All(door.Probes, probe => Assert.Contains(probe, Probes.Names));
            Assert.All(door.Fields, static field => Assert.NotEmpty(field.Name));
        }
    }

    /// <summary>The table of docs/leak-battery.md has a row for each name of a probe.</summary>
    [Fact]
    public void TheDocsTellOfEachProbe() => Assert.Equal(
        Probes.Names.Order(),
        Row().Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", "leak-battery.md"))).Select(static match => match.Groups["name"].Value).Order());

    [GeneratedRegex(@"^\| `(?<name>[a-z]+)` \|", RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex Row();
}
