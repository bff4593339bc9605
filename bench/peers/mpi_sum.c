/* The least time of a sum of COUNT floats over all ranks, of 10: what any binding is measured by.
   mpicc -O3 mpi_sum.c -o mpi_sum && mpirun -n 2 ./mpi_sum 10000000 */
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    int count = atoi(argv[1]), rank;
    float *data = malloc(count * sizeof(float));
    double least = 1e30;
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    for (int round = 0; round < 10; round++) {
        for (int i = 0; i < count; i++) data[i] = 1;
        MPI_Barrier(MPI_COMM_WORLD);
        double begin = MPI_Wtime();
        MPI_Allreduce(MPI_IN_PLACE, data, count, MPI_FLOAT, MPI_SUM, MPI_COMM_WORLD);
        double time = MPI_Wtime() - begin;
        if (time < least) least = time;
    }
    if (rank == 0) printf("%d floats in %.1f ms\n", count, least * 1e3);
    MPI_Finalize();
    return 0;
}
