using static Autograd.Functions;

namespace Autograd.GradBench.Evaluations;

/// <summary>
/// Tracking a hand: how far points on the skin of a model in some pose are from measured points, and the Jacobian by the pose θ and by the
/// places u on the triangles, where there are any. Each point depends on its own u alone.
/// </summary>
sealed class HandTracking
{
    const int FirstAngle = 6, Fingers = 5, FirstFinger = 2, BonesOfFinger = 4;

    readonly Tensor theta, relatives, inverses, skin, points;
    readonly Tensor? us;
    readonly int[] parents;
    readonly int[][] corners;
    readonly bool isMirrored;

    HandTracking(Input input)
    {
        var (data, model) = (input["data"], input["data"]["model"]);
        (theta, points) = (input["theta"].Tensor(), data["points"].Tensor());
        (parents, isMirrored) = (model["parents"].Wholes(), model["is_mirrored"].Flag());
        (relatives, inverses) = (model["base_relatives"].Tensor(), model["inverse_base_absolutes"].Tensor());
        // A vertex by its weight for each bone, [vertices, bones · 4].
        var (weights, positions) = (model["weights"].Tensor(), model["base_positions"].Tensor());
        skin = Reshape(Reshape(weights, [.. weights.Shape.Lengths, 1]) * Reshape(positions, [-1, 1, 4]), [positions.Shape[0], -1]);
        int[] correspondences = data["correspondences"].Wholes();
        var given = input["us"].Tensor();
        us = given.ElementCount == 0 ? null : given;
        corners = us is null ? [correspondences] : Corners(model["triangles"].Tensor(), correspondences);
    }

    public static Evaluation Evaluation { get; } = new("ht", new Dictionary<string, Function>
    {
        ["objective"] = input => new HandTracking(input).Objective,
        ["jacobian"] = input => new HandTracking(input).Jacobian,
    });

    Tensor Objective() => Reshape(Errors(Vertices(theta), us), [points.ElementCount]);

    Tensor Jacobian()
    {
        var byPose = Differentiate.Jacobian(at => Errors(Vertices(at), us), theta, JacobianMode.Forward);
        if (us is null) return Reshape(byPose, [points.ElementCount, -1]);
        var vertices = Vertices(theta);
        var byPlace = Enumerable.Range(0, 2).Select(i => Differentiate.Jvp(at => Errors(vertices, at), us, Direction(i)).Product);
        return Reshape(Concatenate(2, Stack([.. byPlace], axis: 2), byPose), [points.ElementCount, -1]);
    }

    Tensor Direction(int i) => Tensor.Zeros(us!.Shape, ElementType.Float64) + Tensor.Identity(2, ElementType.Float64)[i];

    Tensor Errors(Tensor vertices, Tensor? places)
    {
        if (places is null) return points - GatherRows(vertices, corners[0]);
        var (u, v) = (Slice(places, 1, 0, 1), Slice(places, 1, 1, 1));
        var (a, b, c) = (GatherRows(vertices, corners[0]), GatherRows(vertices, corners[1]), GatherRows(vertices, corners[2]));
        return points - (u * a + v * b + (1 - u - v) * c);
    }

    // All vertices of the skin, [vertices, 3].
    Tensor Vertices(Tensor pose)
    {
        var moves = MatMul(relatives, Turns(pose));
        var bones = new Tensor[parents.Length];
        for (int i = 0; i < bones.Length; i++) bones[i] = parents[i] < 0 ? moves[i] : MatMul(bones[parents[i]], moves[i]);
        var transforms = Slice(MatMul(Stack(bones), inverses), 1, 0, 3);
        var vertices = MatMul(skin, Reshape(Permute(transforms, 0, 2, 1), [-1, 3]));
        if (isMirrored) vertices *= Tensor.From([-1.0, 1, 1]);
        return MatMul(vertices, Rotation(pose[..3]), transposeRight: true) + pose[3..6];
    }

    // The rotations of the bones by their angles about z, y and x, [bones, 4, 4]. Two angles of a finger's first bone vary, one of others.
    Tensor Turns(Tensor pose)
    {
        var places = Enumerable.Range(0, Fingers).Select(finger => 3 * (FirstFinger + BonesOfFinger * finger))
            .SelectMany(bone => (int[])[bone, bone + 1, bone + 3, bone + 6]);
        var angles = Transpose(Reshape(ScatterAlong(pose[FirstAngle..], [.. places], 3 * parents.Length), [-1, 3]));
        var (cos, sin) = (Cos(angles), Sin(angles));
        var (zero, one) = (Tensor.Zeros([parents.Length], ElementType.Float64), Tensor.Ones([parents.Length], ElementType.Float64));
        var aboutX = Matrix(one, zero, zero, zero, zero, cos[0], -sin[0], zero, zero, sin[0], cos[0], zero, zero, zero, zero, one);
        var aboutY = Matrix(cos[2], zero, sin[2], zero, zero, one, zero, zero, -sin[2], zero, cos[2], zero, zero, zero, zero, one);
        var aboutZ = Matrix(cos[1], -sin[1], zero, zero, sin[1], cos[1], zero, zero, zero, zero, one, zero, zero, zero, zero, one);
        return MatMul(MatMul(aboutZ, aboutY), aboutX);
    }

    static Tensor Matrix(params Tensor[] elements) => Reshape(Stack(elements, axis: 1), [-1, 4, 4]);

    // About an axis, by its length.
    static Tensor Rotation(Tensor turn)
    {
        var angle = Norm(turn);
        if (angle.ToScalar() < 1e-4) return Tensor.Identity(3, ElementType.Float64);
        var axis = turn / angle;
        var (x, y, z, zero) = (axis[0], axis[1], axis[2], Tensor.Scalar(0, ElementType.Float64));
        var outer = Reshape(axis, [3, 1]) * axis;
        var cross = Reshape(Stack([zero, -z, y, z, zero, -x, -y, x, zero]), [3, 3]);
        return outer + Cos(angle) * (Tensor.Identity(3, ElementType.Float64) - outer) + Sin(angle) * cross;
    }

    static int[][] Corners(Tensor triangles, int[] correspondences) =>
        [.. Enumerable.Range(0, 3).Select(corner => correspondences.Select(i => (int)triangles.At(i, corner)).ToArray())];
}
