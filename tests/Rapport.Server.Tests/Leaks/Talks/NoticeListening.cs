namespace Rapport.Server.Tests.Leaks.Talks;

/// <summary>Push services and mail servers listen in a world while something happens that is not told to those who knock, and then something that is.</summary>
internal static class NoticeListening
{
    /// <summary>All that they hear of those who knock, up to hours after the last that happened; then it is turned off.</summary>
    /// <param name="plan">What happens.</param>
    /// <param name="world">Where.</param>
    /// <param name="ear">Its push service and mail server.</param>
    /// <param name="isHere">Whether it is the world with what stays home.</param>
    public static async Task<string> ListenAsync(TalkPlan plan, TalkSide world, NoticeEar ear, bool isHere)
    {
        string[] listening = plan.Watching == Watching.Blocked ? [TalkPlan.Watcher, "mal", TalkPlan.Patient] : [TalkPlan.Watcher, "mal"];
        await ear.PassAWhileAsync();
        var (before, doctors) = (Heard().Count, Of(TalkPlan.Doctor).Count);
        foreach (var deed in plan.Untold)
        {
            await world.DoAsync(deed);
        }

        await ear.PassAWhileAsync();
        Assert.True(Heard().Count == before, $"seed {plan.Seed}, {plan.Watching}: they are told of what is not theirs\n{string.Join('\n', Heard().Skip(before))}");

        // Or the battery would hold nothing against nothing: whoever is in it is told.
        Assert.True(Of(TalkPlan.Doctor).Count > doctors || !plan.Untold.Any(deed => deed.Where == TalkPlan.Other && (isHere || deed.Text.There is not null)), $"seed {plan.Seed}: the doctor is told");
        foreach (var deed in plan.Told)
        {
            await world.DoAsync(deed);
        }

        await ear.PassAWhileAsync();
        Assert.Equal(plan.Told.Count > 0, Heard().Count > before);
        await ear.PassHoursAsync();
        await ear.PassAWhileAsync();
        foreach (var person in world.People)
        {
            await ear.TurnOffAsync(person);
        }

        // What they were in before, they were told of before.
        return string.Join('\n', Heard().Skip(before));

        IReadOnlyList<string> Of(string who) => ear.Of(world.NameOf(who));

        // In the order in which it came, whoever it came to.
        List<string> Heard() => [.. listening.SelectMany(Of).Order(StringComparer.Ordinal)];
    }
}
