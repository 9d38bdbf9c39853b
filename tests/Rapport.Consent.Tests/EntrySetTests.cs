namespace Rapport.Consent.Tests;

public sealed class EntrySetTests
{
    /// <summary>Around the widths of a word and of a vector register.</summary>
    public static TheoryData<int> Sizes => [0, 1, 63, 64, 65, 127, 128, 255, 256, 257, 512, 1000, 2048];

    [Theory]
    [MemberData(nameof(Sizes))]
    public void OperationsAreThoseOfSets(int size)
    {
        var random = new Random(size);
        for (var round = 0; round < 20; round++)
        {
            var (left, right) = (Some(random, size), Some(random, size));
            var (a, b) = (EntrySet.Of(size, [.. left]), EntrySet.Of(size, [.. right]));

            Assert.Equal(left.Order(), a.ToArray());
            Assert.Equal(left.Count, a.Count);
            Assert.Equal(left.Count == 0, a.IsEmpty);
            Assert.Equal(left.Intersect(right).Order(), a.And(b).ToArray());
            Assert.Equal(left.Union(right).Order(), a.Or(b).ToArray());
            Assert.Equal(left.Except(right).Order(), a.AndNot(b).ToArray());
            Assert.Equal(left.Overlaps(right), a.Overlaps(b));
            Assert.Equal(left.IsSubsetOf(right), a.IsSubsetOf(b));
            Assert.Equal(left.SetEquals(right), a.Equals(b));
            Assert.Equal(a, EntrySet.FromWords(size, a.Words));
            Assert.Equal(a.GetHashCode(), a.Or(a).GetHashCode());
            Assert.All(Enumerable.Range(0, size), entry => Assert.Equal(left.Contains(entry), a.Contains(entry)));
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void AllIsEveryEntryAndNoneIsNone(int size)
    {
        Assert.Equal(Enumerable.Range(0, size), EntrySet.All(size).ToArray());
        Assert.Empty(EntrySet.None(size).ToArray());
        Assert.False(EntrySet.All(size).Contains(size));
        Assert.False(EntrySet.All(size).Contains(-1));
        Assert.Equal(EntrySet.All(size), EntrySet.FromWords(size, Enumerable.Repeat(ulong.MaxValue, 40).ToArray()));
    }

    [Fact]
    public void SetsOfDifferentSizesAreNotCombined()
    {
        Assert.Throws<ArgumentException>(() => EntrySet.All(10).And(EntrySet.All(11)));
        Assert.Throws<ArgumentException>(() => EntrySet.All(64).Overlaps(EntrySet.All(63)));
        Assert.Throws<ArgumentException>(() => new EntrySetBuilder(10).Add(EntrySet.All(11)));
        Assert.Throws<ArgumentOutOfRangeException>(() => EntrySet.Of(64, 64));
        Assert.Throws<ArgumentOutOfRangeException>(() => EntrySet.Of(64, -1));
    }

    [Fact]
    public void WhatIsAddedLaterDoesNotChangeASetTakenBefore()
    {
        var builder = new EntrySetBuilder(100);
        builder.Add(3);
        var before = builder.ToSet();
        builder.Add(70);

        Assert.Equal([3], before.ToArray());
        Assert.Equal([3, 70], builder.ToSet().ToArray());
    }

    private static HashSet<int> Some(Random random, int size)
    {
        var density = random.NextDouble();
        return [.. Enumerable.Range(0, size).Where(_ => random.NextDouble() < density)];
    }
}
